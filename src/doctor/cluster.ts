/** The cluster: whether it answers, whether kubectl is of its age, and what this user may do in it. */
import { z } from 'zod'
import { askTool, type Environment, type Told } from './ask-tool.ts'
import type { Diagnosis } from './diagnosis.ts'

const area = 'Cluster'

export interface Permission {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly subresource: string
  /** '' for what is in no namespace, or for all of them. */
  readonly namespace: string
  /** Who needs it: the runbooks by name. */
  readonly neededBy: readonly string[]
  /** Handrail does without it, and less well. */
  readonly optional: boolean
}

/** What is asked, and how. */
export interface ClusterQuestion {
  readonly context: string
  readonly server: string
  readonly namespace: string
  readonly permissions: readonly Permission[]
  readonly env: Environment
}

/** The whole examination: three calls of kubectl at the most, at the same time. Never throws. */
export async function examineCluster(question: ClusterQuestion): Promise<readonly Diagnosis[]> {
  const { context, server, namespace, env, permissions } = question
  const [version, user, allowed] = await Promise.all([
    timed(() => askTool('kubectl', ['version', '-o', 'json', '--request-timeout=4s'], env)),
    askTool('kubectl', ['auth', 'whoami', '-o', 'json', '--request-timeout=4s'], env),
    mayThey(permissions, env),
  ])
  return [
    {
      ...{ area, subject: 'context', standing: 'fine' },
      says: `${context} (${server}), namespace ${namespace}`,
    },
    ...age(version),
    ...rights(permissions, allowed, userName(user)),
  ]
}

interface Timed {
  readonly told: Told
  readonly ms: number
}

async function timed(ask: () => Promise<Told>): Promise<Timed> {
  const begun = performance.now()
  return { told: await ask(), ms: performance.now() - begun }
}

const versions = z.object({
  clientVersion: z.object({ gitVersion: z.string() }),
  serverVersion: z.object({ gitVersion: z.string() }),
})

/** kubectl serves an API server one minor version older or newer (kubernetes.io/releases/version-skew-policy). */
function age({ told, ms }: Timed): readonly Diagnosis[] {
  const subject = { area, subject: 'server' } as const
  if (!told.ok) {
    const now = 'Is the VPN up, are the credentials still good? kubectl get --raw /readyz -v=6 tells more.'
    return [{ ...subject, standing: 'missing', says: `it does not answer: ${told.why}.`, now }]
  }
  const read = versions.safeParse(parsed(told.text))
  if (!read.success)
    return [{ ...subject, standing: 'unknown', says: 'kubectl version gave no version of the server.' }]
  const { clientVersion, serverVersion } = read.data
  const answered = `Kubernetes ${serverVersion.gitVersion} answers in ${Math.round(ms)} ms`
  const apart = Math.abs(minor(clientVersion.gitVersion) - minor(serverVersion.gitVersion))
  if (apart <= 1) return [{ ...subject, standing: 'fine', says: answered }]
  return [
    {
      ...{ ...subject, standing: 'doubtful' },
      says: `${answered}; kubectl ${clientVersion.gitVersion} is ${apart} minor versions apart, and one is supported.`,
      now: 'Install a kubectl of the version of the server.',
    },
  ]
}

function minor(version: string): number {
  return Number(/^v?\d+\.(\d+)/.exec(version)?.[1] ?? Number.NaN)
}

/** For each permission whether it is granted, in their order; or why that is not known. */
async function mayThey(
  permissions: readonly Permission[],
  env: Environment,
): Promise<
  { readonly ok: true; readonly granted: readonly boolean[] } | { readonly ok: false; readonly why: string }
> {
  if (permissions.length === 0) return { ok: true, granted: [] }
  const items = permissions.map(({ verb, group, resource, subresource, namespace }) => ({
    ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' },
    spec: { resourceAttributes: { verb, group, resource, subresource, namespace } },
  }))
  // A review is posted and kept nowhere: this creates nothing. One process asks them all.
  const args = ['create', '-f', '-', '--validate=false', '--request-timeout=4s']
  const output = ['-o', 'jsonpath={.status.allowed}{"\\n"}']
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
  const told = await askTool('kubectl', [...args, ...output], env, list)
  if (!told.ok) return told
  const granted = told.text.trimEnd().split('\n')
  return granted.length === permissions.length
    ? { ok: true, granted: granted.map((text) => text === 'true') }
    : { ok: false, why: 'kubectl did not answer every question' }
}

function rights(
  permissions: readonly Permission[],
  told: Awaited<ReturnType<typeof mayThey>>,
  user: string,
): readonly Diagnosis[] {
  if (permissions.length === 0) return []
  if (!told.ok) {
    const says = `what ${user} may do could not be asked: ${told.why}.`
    return [{ area, subject: 'may', standing: 'unknown', says }]
  }
  const refused = permissions.filter((_, index) => told.granted[index] !== true)
  const granted = permissions.length - refused.length
  const kinds = `${granted} of the ${permissions.length} kinds of request that are made`
  const may: Diagnosis = { area, subject: 'may', standing: 'fine', says: `${user}: ${kinds}` }
  return [
    ...(granted === 0 ? [] : [may]),
    ...refused.map((permission): Diagnosis => {
      const { neededBy, optional } = permission
      const needs = optional ? 'It is done without.' : `Needed by ${neededBy.join(', ')}.`
      return {
        ...{ area, subject: 'may not', standing: optional ? 'doubtful' : 'missing' },
        says: `${words(permission)}. ${needs}`,
      }
    }),
  ]
}

function words({ verb, group, resource, subresource, namespace }: Permission): string {
  const what = `${resource}${group === '' ? '' : `.${group}`}${subresource === '' ? '' : `/${subresource}`}`
  return `${verb} ${what}${namespace === '' ? '' : ` in ${namespace}`}`
}

const review = z.object({ status: z.object({ userInfo: z.object({ username: z.string() }) }) })

function userName(told: Told): string {
  const read = told.ok ? review.safeParse(parsed(told.text)) : undefined
  return read?.success === true ? read.data.status.userInfo.username : 'this user'
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
