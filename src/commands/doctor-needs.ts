/** What runbooks need of the world around them, read from their blocks without running anything. */
import { type Accesses, together } from '../runbook/access/access.ts'
import { accessesOf } from '../runbook/access/command-access.ts'
import { kubectlAccess } from '../runbook/access/kubectl.ts'
import { ownAccess } from '../runbook/access/own-commands.ts'
import { inferEffect } from '../runbook/effects.ts'
import type { Block, CommandUse, Parameter, Runbook } from '../runbook/runbook.ts'
import { readShell, visit } from '../runbook/shell-text.ts'

export interface Needs {
  /** Programs that blocks call, by the name they are called by. */
  readonly tools: ReadonlySet<string>
  readonly access: Accesses
  /** `rds create-db-instance`. */
  readonly aws: readonly string[]
  /** DATABASE_URL is used from here. */
  readonly database: boolean
  /** The application's address as the runbook will have it; undefined where it isn't asked. */
  readonly apiUrl: string | undefined
  readonly asksApplication: boolean
}

/** What can be known of the variables before the run: given by hand, from the environment, or fixed. */
export interface Surroundings {
  readonly given: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
}

/** What every run needs, whatever its runbook. */
export const ownNeeds: Accesses = together(ownAccess.map(kubectlAccess))

/** Handrail looks for the values of Secrets, to keep them from the screen; without them it masks by their form alone. */
export const wishedFor: Accesses = kubectlAccess(['get', 'secrets'])

/** Commands of the shell itself. */
const builtIns: ReadonlySet<string> = new Set(
  (
    ': . [ [[ alias bg break builtin case cd command continue declare dirs disown echo enable eval exec exit export ' +
    'false fc fg for function getopts hash help history if jobs kill let local mapfile popd printf pushd pwd read ' +
    'readarray readonly return select set shift shopt source suspend test time times trap true type typeset ulimit ' +
    'umask unalias unset until wait while handrail > >> <'
  ).split(' '),
)

/** What Handrail's own commands call in turn. */
const callsOf: readonly { readonly words: RegExp; readonly tool: string }[] = [
  { words: /^handrail (probe|status|switch|flags|database|migrations contract)\b/, tool: 'kubectl' },
  { words: /blue_green_switch\.sh /, tool: 'kubectl' },
  { words: /^handrail database psql\b/, tool: 'psql' },
  { words: /^handrail database .*--cluster\b/, tool: 'aws' },
  { words: /^handrail database restorable\b/, tool: 'aws' },
]

/** Pure. */
export function needsOf(runbook: Runbook, surroundings: Surroundings): Needs {
  const values = valuesOf(runbook.parameters, surroundings)
  const sources = [...blocksOf(runbook).map(({ source }) => source), ...discoveriesOf(runbook)]
  const uses: readonly CommandUse[] = [
    ...blocksOf(runbook).flatMap(({ commands }) => commands),
    ...discoveriesOf(runbook).flatMap((source) => inferEffect(source).commands),
  ]
  const commands = uses.map(({ words }) => words.map((word) => fill(word, values)))
  const texts = commands.map((words) => words.join(' '))
  const functions = new Set(sources.flatMap(functionsIn))
  const called = commands.map(([program = '']) => program).filter((name) => isProgram(name, functions))
  const indirect = callsOf.filter(({ words }) => texts.some((text) => words.test(text)))
  const asksApplication =
    runbook.parameters.some(({ name }) => name === 'API_URL') ||
    texts.some((text) => /^handrail (probe|switch)\b/.test(text) || text.includes('$API_URL'))
  return {
    tools: new Set([...called, ...indirect.map(({ tool }) => tool)]),
    access: together(commands.map(accessesOf)),
    aws: [...new Set(commands.flatMap(awsOperation))],
    database:
      runbook.parameters.some(({ name }) => name === 'DATABASE_URL') ||
      texts.some(
        (text) => /^handrail migrations\b/.test(text) || /^(?!kubectl).*\$\{?DATABASE_URL\b/.test(text),
      ),
    apiUrl: values.API_URL ?? surroundings.env.API_URL,
    asksApplication,
  }
}

function blocksOf({ phases }: Runbook): readonly Block[] {
  return phases
    .flatMap(({ steps }) => steps)
    .flatMap(({ command, verify, watch, finding, undo }) => [command, verify, watch, finding, undo])
    .filter((block) => block !== undefined)
}

function discoveriesOf({ parameters }: Runbook): readonly string[] {
  return parameters.flatMap(({ sources }) =>
    sources.flatMap((source) => (source.kind === 'command' ? [source.command] : [])),
  )
}

/** The parameters whose value is decided without asking anybody or anything. */
function valuesOf(
  parameters: readonly Parameter[],
  { given, env }: Surroundings,
): Readonly<Record<string, string>> {
  const values: Record<string, string> = { ...given }
  for (const { name, sources } of parameters) {
    if (values[name] !== undefined) continue
    for (const source of sources) {
      if (source.kind === 'env' && (env[source.variable] ?? '') === '') continue
      if (source.kind === 'env') values[name] = env[source.variable] ?? ''
      if (source.kind === 'default') values[name] = source.value
      break
    }
  }
  return values
}

function fill(word: string, values: Readonly<Record<string, string>>): string {
  return word.replace(/\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g, (text, braced?: string, bare?: string) => {
    return values[braced ?? bare ?? ''] ?? text
  })
}

function functionsIn(source: string): readonly string[] {
  const names: string[] = []
  visit(readShell(source).script, (node) => {
    if (node.type === 'Function') names.push(node.name.text)
  })
  return names
}

function isProgram(name: string, functions: ReadonlySet<string>): boolean {
  return name !== '' && !builtIns.has(name) && !functions.has(name) && !/[$`*]/.test(name)
}

/** Which service and operation; help and `configure` ask nothing of an account. */
function awsOperation([program, service = '', operation = '']: readonly string[]): readonly string[] {
  if (program !== 'aws' || service.startsWith('-') || ['configure', 'help', 'sts'].includes(service))
    return []
  return /^[a-z]/.test(operation) ? [`${service} ${operation}`] : []
}
