/** Handrail's own commands as the kubectl commands that they call, so that what they need is known without a run. */

const live = ['get services', 'get services -w', 'get deployments', 'get deployments -w', 'get pods']
const traffic = ['get service x', 'get endpointslices -l x', 'get pods -l x']
const applicationLogs = ['get pods -l x', 'logs x']
const usage = ['get pods -l x', 'top pods']

/** The live status that every run shows, and the Secrets whose values it keeps from the screen and the record. */
const status = [...live, 'get pods -w', 'get endpointslices', 'get endpointslices -w']

const probes: Readonly<Record<string, readonly string[]>> = {
  errors: applicationLogs,
  pool: applicationLogs,
  cpu: usage,
  memory: usage,
  pods: ['get pods -l x', 'get events'],
  endpoints: traffic,
  selector: traffic,
}

/** With `--direct` the pods themselves are asked. */
const asked = ['health', 'database', 'external', 'response-time']
const direct = ['get pods -l x', 'port-forward x']

/** `handrail probe` without names. */
const standard = [...asked, 'errors', 'cpu', 'memory', 'endpoints']

const switching = [
  ...traffic,
  'get deployment x',
  'patch service x',
  'scale deployment x',
  'rollout status deployment/x',
]

const others: Readonly<Record<string, readonly string[]>> = {
  status,
  switch: switching,
  'flags show': ['get deployment x'],
  'flags set': ['set env deployment/x'],
  'database psql': ['get secret x'],
  'database where': ['get secret x'],
  'database repoint': ['get secret x', 'patch secret x'],
  'database point-back': ['get secret x', 'patch secret x'],
  'migrations contract': traffic,
}

/** What a run itself asks for, whatever its runbook does. */
export const ownAccess: readonly (readonly string[])[] = status.map((call) => call.split(' '))

/**
 * The arguments of the kubectl commands that a command of Handrail's, or a script that stands for one, calls; undefined
 * for any other program.
 */
export function kubectlCallsOf(
  program: string,
  args: readonly string[],
): readonly (readonly string[])[] | undefined {
  const name = program.split('/').at(-1)
  if (name === 'blue_green_switch.sh') return calls(switching, namespaceIn(args))
  if (name !== 'handrail') return undefined
  const [first = '', second = ''] = args
  const found = first === 'probe' ? probeCalls(args) : (others[first] ?? others[`${first} ${second}`])
  return calls(found ?? [], namespaceIn(args))
}

function probeCalls(args: readonly string[]): readonly string[] {
  const names = args.filter((arg) => arg in probes || asked.includes(arg))
  const isDirect = args.includes('--direct')
  const called = (names.length === 0 ? standard : names).flatMap(
    (name) => probes[name] ?? (isDirect ? direct : []),
  )
  // Without a color the live one is meant, which stands in the Service.
  return called.length === 0 || args.includes('--color') ? called : ['get service x', ...called]
}

function namespaceIn(args: readonly string[]): readonly string[] {
  const at = args.findIndex((arg) => arg === '-n' || arg === '--namespace')
  const value = args[at + 1]
  return at < 0 || value === undefined ? [] : ['-n', value]
}

function calls(texts: readonly string[], namespace: readonly string[]): readonly (readonly string[])[] {
  return texts.map((text) => [...text.split(' '), ...namespace])
}
