/**
 * What a kubectl command line asks of the API server: the verbs of its requests, by `kubectl VERB -v=6` of kubectl 1.35
 * and the table of request verbs (kubernetes.io/docs/reference/access-authn-authz/authorization).
 */
import { kubectlOptions } from '../effects/kubectl.ts'
import { hasOption, optionValue, type ReadWords, readWords } from '../effects/options.ts'
import type { Access, Accesses, FileAccess } from './access.ts'
import { type Kind, kindsNamed } from './kinds.ts'

/** The permissions for the arguments behind `kubectl`. What depends on a variable is unclear. */
export function kubectlAccess(args: readonly string[]): Accesses {
  const words = readWords(
    args.map((text) => ({ text, fixed: !/[$`]/.test(text), several: false })),
    { valued: kubectlOptions },
  )
  const [verb = '', ...operands] = words.operands.map(({ text }) => text)
  const call: Call = {
    words,
    operands,
    namespace: namespaceOf(words),
    on: (...names) => hasOption(words.options, ...names),
  }
  if (call.on('--local', '--raw')) return only([])
  return (readers[verb] ?? ((each: Call) => changing(verb, each)))(call)
}

interface Call {
  readonly words: ReadWords
  /** Behind the verb. */
  readonly operands: readonly string[]
  readonly namespace: string | undefined
  readonly on: (...names: readonly string[]) => boolean
}

type Reader = (call: Call) => Accesses

function namespaceOf({ options }: ReadWords): string | undefined {
  if (hasOption(options, '-A', '--all-namespaces')) return ''
  return optionValue(options, '-n', '--namespace')?.text
}

const pods: Kind = { group: '', resource: 'pods', namespaced: true }
const metrics = 'metrics.k8s.io'

const only = (accesses: readonly Access[]): Accesses => ({ accesses, files: [], unclear: [] })
const unclear = (why: string): Accesses => ({ accesses: [], files: [], unclear: [why] })

function may(verb: string, kind: Kind, { namespace }: Call, subresource = ''): Access {
  const { group, resource, namespaced } = kind
  return { verb, group, resource, subresource, namespace: namespaced ? namespace : '' }
}

/** What the operands name, and whether by names (get) or as a whole (list). */
interface Named {
  readonly kinds: readonly Kind[]
  readonly byName: boolean
}

/** `deploy/a svc/b`, `deploy a b`, `pods,svc`; undefined where the kind is not known. */
function targets(operands: readonly string[]): Named | undefined {
  const [first] = operands
  if (first === undefined) return undefined
  // `a/b` behind a kind and a name is a label or an annotation.
  const slashed = first.includes('/')
    ? operands.filter((operand) => /^[A-Za-z][\w.-]*\/[^=]*$/.test(operand))
    : []
  const texts = slashed.length > 0 ? slashed.map((operand) => operand.split('/')[0] ?? '') : [first]
  const kinds = texts.map(kindsNamed)
  const known = kinds.flatMap((each) => each ?? [])
  if (kinds[0] === undefined) return undefined
  return { kinds: [...new Set(known)], byName: slashed.length > 0 || operands.length > 1 }
}

/** For each kind that is named, what the verbs say; what an `-f` names stands in its file. */
function each(
  call: Call,
  verbsOf: (named: Named) => readonly string[],
  operands = call.operands,
  subresource = '',
): Accesses {
  const files = filesOf(call, verbsOf({ kinds: [], byName: true }))
  if (operands.length === 0) return files ?? only([])
  const named = targets(operands)
  if (named === undefined) return unclear(`what kind of object ${operands[0] ?? ''} is`)
  return only(
    named.kinds.flatMap((kind) =>
      verbsOf(named).map((verb) => may(verb, kind, call, verb === 'patch' ? subresource : '')),
    ),
  )
}

function filesOf({ words, namespace, on }: Call, verbs: readonly string[]): Accesses | undefined {
  if (!on('-f', '--filename', '-k', '--kustomize')) return undefined
  const path = optionValue(words.options, '-f', '--filename')?.text
  if (path === undefined || path === '-' || /[$`*]|^https?:/.test(path))
    return unclear(
      `which objects stand in ${path === '-' ? 'what is piped in' : (path ?? 'the kustomization')}`,
    )
  const file: FileAccess = { path, verbs, namespace }
  return { accesses: [], files: [file], unclear: [] }
}

const looking = ({ byName }: Named) => [byName ? 'get' : 'list']

/** A pod by its name, or one of those that a deployment or a Service leads to. */
function intoPod(call: Call, verb: string, subresource: string): Accesses {
  const [first = ''] = call.operands
  const [kindText, name] = first.includes('/') ? first.split('/') : ['pod', first]
  const [kind] = kindsNamed(kindText ?? '') ?? []
  if (kind === undefined || name === undefined) return unclear(`which pod ${first} leads to`)
  const way = kind.resource === 'pods' ? [] : [may('get', kind, call), may('list', pods, call)]
  return only([...way, may('get', pods, call), may(verb, pods, call, subresource)])
}

const readers: Readonly<Record<string, Reader>> = {
  get: (call) =>
    each(call, (named) => [
      ...looking(named),
      ...(call.on('-w', '--watch', '--watch-only') ? ['watch'] : []),
    ]),
  describe: (call) => {
    const events: Kind = { group: '', resource: 'events', namespaced: true }
    const seen = each(call, looking)
    return { ...seen, accesses: [...seen.accesses, may('list', events, call)] }
  },
  wait: (call) => each(call, (named) => [...looking(named), 'watch']),
  events: (call) => only([may('list', { group: '', resource: 'events', namespaced: true }, call)]),
  logs: (call) => {
    const selected = call.on('-l', '--selector')
    return selected || call.operands.length === 0
      ? only([may('list', pods, call), may('get', pods, call, 'log')])
      : intoPod(call, 'get', 'log')
  },
  exec: (call) => intoPod(call, 'create', 'exec'),
  attach: (call) => intoPod(call, 'create', 'attach'),
  'port-forward': (call) => intoPod(call, 'create', 'portforward'),
  cp: (call) => only([may('get', pods, call), may('create', pods, call, 'exec')]),
  top: (call) => {
    const ofNodes = /^no/.test(call.operands[0] ?? '')
    const kind = { group: metrics, resource: ofNodes ? 'nodes' : 'pods', namespaced: !ofNodes }
    return only([may('list', kind, call)])
  },
  rollout: (call) => {
    const [word = '', ...operands] = call.operands
    const verbs = { status: ['get', 'list', 'watch'], history: ['get'] }[word] ?? ['get', 'patch']
    return each(call, () => verbs, operands)
  },
  set: (call) => each(call, () => ['get', ...(call.on('--list') ? [] : ['patch'])], call.operands.slice(1)),
  diff: (call) => each(call, () => ['get', 'patch']),
  explain: () => only([]),
  ...Object.fromEntries(
    [
      'auth',
      'config',
      'version',
      'api-resources',
      'api-versions',
      'cluster-info',
      'completion',
      'help',
      'kustomize',
      'options',
      'plugin',
      '',
    ].map((verb) => [verb, () => only([])]),
  ),
}

const requestVerbs: Readonly<Record<string, readonly string[]>> = {
  patch: ['get', 'patch'],
  label: ['get', 'patch'],
  annotate: ['get', 'patch'],
  edit: ['get', 'patch'],
  apply: ['get', 'create', 'patch'],
  create: ['create'],
  replace: ['get', 'update'],
  autoscale: ['get'],
  delete: ['get', 'delete'],
}

function changing(verb: string, call: Call): Accesses {
  switch (verb) {
    case 'scale':
      return each(call, () => ['get', 'patch'], call.operands, 'scale')
    case 'run':
      return only([may('create', pods, call)])
    case 'expose':
      return only([may('create', { group: '', resource: 'services', namespaced: true }, call)])
    case 'cordon':
    case 'uncordon':
    case 'taint':
    case 'drain':
      return drained(verb, call)
  }
  const verbs = requestVerbs[verb]
  if (verbs === undefined) return unclear(`what kubectl ${verb} asks for`)
  // `kubectl create secret generic x` makes one, whatever its name.
  const operands = verb === 'create' ? call.operands.slice(0, 1) : call.operands
  return each(call, ({ byName }) => (byName || verb === 'create' ? verbs : ['list', ...verbs]), operands)
}

function drained(verb: string, call: Call): Accesses {
  const nodes: Kind = { group: '', resource: 'nodes', namespaced: false }
  const evicted = [
    may('list', pods, { ...call, namespace: '' }),
    may('create', pods, { ...call, namespace: '' }, 'eviction'),
  ]
  return only([may('get', nodes, call), may('patch', nodes, call), ...(verb === 'drain' ? evicted : [])])
}
