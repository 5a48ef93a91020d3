/** Acts in words, for the story of a practice. Values of Secrets never stand in them. */
import type { Act, AwsAct, KubernetesAct } from '../acts.ts'
import { asJsonObject, type JsonObject } from '../kubernetes/record.ts'
import { dataOf, imageTag } from './unsafe-acts.ts'

/** Whether the act may have changed something: the others only look. */
export function changes(act: Act): boolean {
  switch (act.kind) {
    case 'kubernetes':
      return !act.dryRun && !['get', 'list', 'watch', 'connect'].includes(act.verb)
    case 'aws':
      return !/^(Describe|List|Get)/.test(act.action)
    case 'http':
      return act.method !== 'GET' && act.method !== 'HEAD'
  }
}

/** What was done, such as `patched services/api-main: selector.color blue → green`. */
export function actWords(act: Act): string {
  switch (act.kind) {
    case 'kubernetes':
      return kubernetesWords(act)
    case 'aws':
      return awsWords(act)
    case 'http':
      return `asked ${act.method} ${act.path}: ${act.status}`
  }
}

const done: Readonly<Record<KubernetesAct['verb'], string>> = {
  get: 'looked at',
  list: 'looked at',
  watch: 'watched',
  create: 'created',
  update: 'replaced',
  patch: 'changed',
  delete: 'deleted',
  connect: 'connected to',
}

function kubernetesWords(act: KubernetesAct): string {
  const { verb, resource, subresource, name, code, before, after } = act
  const part = subresource === undefined || subresource === 'scale' ? '' : `/${subresource}`
  const what = `${done[verb]} ${resource}${name === '' ? '' : `/${name}`}${part}`
  if (code >= 300) return `${what}: refused (${code})`
  if (!changes(act) || before === undefined || after === undefined) return what
  const details = differences(before, after, resource)
  return `${what}: ${details.length === 0 ? 'nothing became different' : details.join(', ')}`
}

type Objects = NonNullable<KubernetesAct['before']>

/** What became different, as far as it matters to the story. */
function differences(before: Objects, after: Objects, resource: string): readonly string[] {
  const [old, now] = [specOf(before), specOf(after)]
  const found = [
    ...(resource === 'services'
      ? changedKeys('selector', asJsonObject(old.selector), asJsonObject(now.selector))
      : []),
    ...changed('image', imageTag(before), imageTag(after)),
    ...changed('replicas', old.replicas, now.replicas),
    ...(resource === 'configmaps' ? changedKeys('data', dataIn(before), dataIn(after)) : []),
    ...(resource === 'secrets' ? changedNames(before, after) : []),
  ]
  if (found.length > 0) return found
  if (JSON.stringify(old.template) !== JSON.stringify(now.template)) return ['its pods are replaced']
  return JSON.stringify([old, dataIn(before), before.metadata.labels, before.metadata.annotations]) ===
    JSON.stringify([now, dataIn(after), after.metadata.labels, after.metadata.annotations])
    ? []
    : ['other fields']
}

function specOf(object: Objects): JsonObject {
  return asJsonObject(asJsonObject(object).spec)
}

function dataIn(object: Objects): JsonObject {
  return asJsonObject(asJsonObject(object).data)
}

function changed(what: string, before: unknown, after: unknown): readonly string[] {
  const said = (value: unknown) => (value === undefined || value === '' ? 'none' : String(value))
  return before === after ? [] : [`${what} ${said(before)} → ${said(after)}`]
}

function changedKeys(what: string, before: JsonObject, after: JsonObject): readonly string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys.flatMap((key) => changed(`${what}.${key}`, before[key], after[key]))
}

function changedNames(before: Objects, after: Objects): readonly string[] {
  const [old, now] = [dataOf(before), dataOf(after)]
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((key) => old[key] !== now[key])
    .map((key) => `another ${key}`)
}

function awsWords({ action, parameters, fault }: AwsAct): string {
  const named = parameters.DBClusterIdentifier ?? parameters.DBInstanceIdentifier ?? ''
  const outcome = fault === undefined ? '' : `: refused (${fault})`
  return `asked AWS to ${action}${named === '' ? '' : ` ${named}`}${outcome}`
}
