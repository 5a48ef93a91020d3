/** The command line: its grammar, and which room answers each command. */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { exitCode } from '../run/exit-code.ts'
import type { DoctorOptions } from './doctor.ts'
import type { StatusOptions } from './status.ts'
import type { SwitchOptions } from './switch.ts'

/** Carries out one command line and gives the exit code. Bad usage is told on stderr; refusals are thrown. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  let code: number = exitCode.done
  const program = grammar((result) => {
    code = result
  })
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage
    throw error
  }
}

interface WorldOptions {
  readonly speed: number
  readonly seed?: number
  readonly scenario?: string
  readonly load?: string
  readonly save?: string
}

interface UriOptions {
  readonly secret: string
  readonly key: string
  readonly namespace?: string
}

type PsqlOptions = UriOptions & { readonly cluster?: string; readonly write?: boolean }
type WhereOptions = UriOptions & { readonly cluster?: string }
type KeptOptions = UriOptions & { readonly keepAs: string }
type RepointOptions = KeptOptions & { readonly cluster: string }

interface MigrationOptions {
  readonly dir: string
  readonly dryRun?: boolean
  readonly lockTimeout?: number
  readonly tries?: number
}

type MigrationCheckOptions = MigrationOptions & {
  readonly offline?: boolean
  readonly ran?: 'expand' | 'contract'
}

function grammar(answer: (code: number) => void): Command {
  const program = new Command('handrail')
    .description(
      'Walks you through a runbook: the next step, its real command, a check that it worked, the way back.',
    )
    .version('0.1.0', '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .exitOverride()

  program
    .command('run')
    .description('carry out a runbook')
    .argument('<runbook>', 'a name under runbooks/, or the path of a Markdown file')
    .option('-p, --param <NAME=VALUE>', 'give a parameter its value; may be repeated', assignment)
    .option('--context <context>', 'the kubectl context to pin the run to')
    .option('-n, --namespace <namespace>', "the namespace, also as the runbook's parameter NAMESPACE")
    .option(
      '--dry-run',
      'change nothing: reads pass, changes are asked of the server as dry runs or only printed',
    )
    .option('--practice [scenario]', 'in a practice world of its own, where a scenario may happen')
    .option('--speed <factor>', 'how much faster time passes in the practice world', positive, 1)
    .option('--seed <number>', 'what the practice world leaves to chance', seed)
    .option('--yes', 'confirm what a key would confirm; never what destroys')
    .option('--attest', 'attest the checklists; the record says that a flag did')
    .option('--confirm <step>', 'let a step run that destroys; may be repeated', collect)
    .addOption(
      new Option('--on-failure <what>', 'what to do when a step fails')
        .choices(['ask', 'stop', 'rollback'])
        .default('ask'),
    )
    .option('--plain', 'plain lines instead of a screen')
    .addOption(new Option('-o, --output <format>', "print the run's records, one a line").choices(['json']))
    .action(async (runbook: string, options: unknown) => {
      const { runCommand } = await import('./run.ts')
      answer(await runCommand(runbook, options))
    })

  program
    .command('practice')
    .description('a scenario in the practice world, with a score at the end')
    .argument('[scenario]', 'which, as --list names them; the happy deployment if none is named')
    .option('--list', 'the scenarios: what happens in each, and what it teaches')
    .option('-p, --param <NAME=VALUE>', 'give a parameter its value; may be repeated', assignment)
    .option('--speed <factor>', 'how much faster time passes', positive, 1)
    .option('--seed <number>', 'what is left to chance: the same number gives the same practice', seed)
    .option('--shell', 'a shell in the world instead of the runbook')
    .option('--plain', 'plain lines instead of a screen')
    .addOption(new Option('-o, --output <format>', 'the score, or the list, as JSON').choices(['json']))
    .addHelpText('after', practiceCodes)
    .action(async (scenario: string | undefined, options: unknown) => {
      const { practiceCommand } = await import('./practice.ts')
      answer(await practiceCommand(scenario, options))
    })

  program
    .command('world')
    .description('the practice world alone: prints exports, or runs a command inside it')
    .option('--scenario <scenario>', 'let a practice scenario happen in it, and print the debrief on stderr')
    .option('--speed <factor>', 'how much faster time passes', positive, 1)
    .option('--seed <number>', 'what is left to chance', seed)
    .option('--load <directory>', 'a world that was saved: it goes on')
    .option('--save <directory>', 'from inside: put this world away')
    .argument('[command...]', 'what to run inside, after --')
    .passThroughOptions()
    .action(async (command: string[], { save, load, ...options }: WorldOptions) => {
      if (save !== undefined) {
        const { saveWorldCommand } = await import('./save-world.ts')
        answer(await saveWorldCommand(save, process.env))
        return
      }
      const { worldCommand } = await import('./world.ts')
      answer(await worldCommand({ command, ...options, ...(load === undefined ? {} : { saved: load }) }))
    })
  program
    .command('resume')
    .description('take up a run where it was left')
    .argument('[run]', 'which; the newest that can be resumed if none is named')
    .option('--yes', 'confirm what a key would confirm; never what destroys')
    .option('--attest', 'attest the checklists; the record says that a flag did')
    .option('--confirm <step>', 'let a step run that destroys; may be repeated', collect)
    .addOption(
      new Option('--on-failure <what>', 'what to do when a step fails')
        .choices(['ask', 'stop', 'rollback'])
        .default('ask'),
    )
    .option('-p, --param <NAME=VALUE>', 'give a secret parameter its value again', assignment)
    .option('--plain', 'plain lines instead of a screen')
    .addOption(
      new Option('-o, --output <format>', "print the run's new records, one a line").choices(['json']),
    )
    .action(async (run: string | undefined, options: unknown) => {
      const { resumeCommand } = await import('./resume.ts')
      answer(await resumeCommand(run, options))
    })

  program
    .command('runs')
    .description('the runs on this machine, newest first')
    .addOption(new Option('-o, --output <format>', 'as JSON, one run a line').choices(['json']))
    .action(async (options: { output?: 'json' }) => {
      const { runsCommand } = await import('./runs.ts')
      answer(await runsCommand(options))
    })

  program
    .command('check')
    .description('read runbooks and say what is wrong with them')
    .argument('[files...]', 'files or folders; runbooks/ if none is named')
    .action(async (files: string[]) => {
      const { checkCommand } = await import('./check.ts')
      answer(await checkCommand(files))
    })

  program
    .command('doctor')
    .description('what runbooks need, and what of it is lacking here and now; changes nothing')
    .argument('[runbooks...]', 'names or paths; all that are known here if none is named')
    .option('--context <context>', 'the kubeconfig context; the current one if none is given')
    .option('-n, --namespace <namespace>', 'where a command names none; that of the context if none is given')
    .option('-p, --param <NAME=VALUE>', 'a value of a parameter; may be repeated', assignment)
    .addOption(
      new Option('-o, --output <format>', 'what was found as JSON, one object a line').choices(['json']),
    )
    .addHelpText('after', doctorCodes)
    .action(async (names: string[], options: DoctorOptions) => {
      const { doctorCommand } = await import('./doctor.ts')
      answer(await doctorCommand(names, options))
    })

  const audit = program
    .command('audit')
    .description('the record: whether it is whole, and where else it is kept')
  audit
    .command('verify')
    .description('check the hash chain and the kept outputs of runs')
    .argument('[runs...]', 'which; all if none is named')
    .action(async (runs: string[]) => {
      const { auditVerifyCommand } = await import('./audit.ts')
      answer(await auditVerifyCommand(runs))
    })
  audit
    .command('ship')
    .description('send what is not yet there to the PostgreSQL of HANDRAIL_DATABASE_URL')
    .action(async () => {
      const { auditShipCommand } = await import('./audit.ts')
      answer(await auditShipCommand())
    })

  program
    .command('switch')
    .description('move the traffic from one color to the other; everything is put back if a duty fails')
    .argument('<from>', 'the color that has the traffic')
    .argument('<to>', 'the color that gets it')
    .option('-n, --namespace <namespace>', 'NAMESPACE, or that of the context')
    .option('--service <service>', 'the Service that users reach: SERVICE, or api-main')
    .option(
      '--prefix <prefix>',
      'what stands before a color in a deployment’s name: DEPLOYMENT_PREFIX, or api-',
    )
    .option(
      '--drain <seconds>',
      'how long open connections may finish on the old color: DRAIN_SECONDS, or 30',
    )
    .option(
      '--keep-replicas',
      'leave the target as small as it is; else it gets as many pods as the other has',
    )
    .option('--dry-run', 'verify, have the API server check each change, and make none')
    .addOption(
      new Option('-o, --output <format>', 'what happens as JSON, one object a line').choices(['json']),
    )
    .addHelpText('after', switchCodes)
    .action(async (from: string, to: string, options: SwitchOptions) => {
      const { switchCommand } = await import('./switch.ts')
      answer(await switchCommand(from, to, options))
    })

  const flags = program.command('flags').description('the feature flags of a deployment')
  const ofDeployment = (command: Command) =>
    command
      .option('-n, --namespace <namespace>', 'that of the context if none is named')
      .option('-c, --container <container>', 'whose environment holds them', 'api')
  ofDeployment(
    flags.command('show').description('print them, one a line').argument('<deployment>', 'e.g. api-green'),
  ).action(async (name: string, options: { readonly namespace?: string; readonly container: string }) => {
    const { showFlagsCommand } = await import('./flags.ts')
    answer(await showFlagsCommand(name, options))
  })
  ofDeployment(
    flags
      .command('set')
      .description('set some and keep the others; the pods are replaced one by one')
      .argument('<deployment>', 'e.g. api-green')
      .argument('<NAME=JSON...>', 'e.g. new_feature=true'),
  ).action(
    async (
      name: string,
      assignments: string[],
      options: { readonly namespace?: string; readonly container: string },
    ) => {
      const { setFlagsCommand } = await import('./flags.ts')
      answer(await setFlagsCommand(name, assignments, options))
    },
  )

  program
    .command('status')
    .description('blue and green, now: image, pods, and who has the traffic')
    .option('--watch', 'go on, and print again whenever it changes')
    .option('--context <context>', 'the kubectl context; the present one if none is named')
    .option('-n, --namespace <namespace>', 'that of the context if none is named')
    .option('--service <service>', 'the Service that users reach', 'api-main')
    .addOption(new Option('-o, --output <format>', 'as JSON, one status a line').choices(['json']))
    .action(async (options: StatusOptions) => {
      const { statusCommand } = await import('./status.ts')
      answer(await statusCommand(options))
    })

  program
    .command('probe')
    .description('look once at what tells whether users are served')
    .argument(
      '[probes...]',
      'health database external response-time errors cpu memory endpoints (all of these if none is named), selector pods pool',
    )
    .option('--color <color>', 'which color; the one that the Service selects if none is named')
    .option('--direct', "ask the color's pods themselves, past the Service, by kubectl port-forward")
    .option('-n, --namespace <namespace>', 'that of the context if none is named')
    .option('--service <service>', 'the Service that users reach (api-main)')
    .option('--path <path>', 'the health page (/healthz) at API_URL')
    .option('--requests <count>', 'how many requests are made at the same time (1)')
    .option('--since <duration>', 'how far back the logs are read (2m)')
    .option('--max-ms <ms>', 'an answer may take so long (2000)')
    .option('--max-external-ms <ms>', 'an answer of a service behind it may take so long (400)')
    .option('--max-errors <percent>', 'so many requests in a hundred may fail (1)')
    .option('--max-usage <percent>', 'of its limit a container may use so much (90)')
    .addOption(new Option('-o, --output <format>', 'as JSON, one probe a line').choices(['json']))
    .addHelpText(
      'after',
      '\nExit codes: 0 all good · 1 something is bad · 5 nothing is bad, something is unknown.',
    )
    .action(async (probes: string[], options: unknown) => {
      const { probeCommand } = await import('./probe.ts')
      answer(await probeCommand(probes, options))
    })

  const database = program
    .command('database')
    .description('a database by the connection URI in a Secret, whose value is never shown')
  const uri = (name: string, description: string) =>
    database
      .command(name)
      .description(description)
      .requiredOption('--secret <name>', 'the Secret that holds the URI')
      .requiredOption('--key <key>', 'its key in the Secret, e.g. DATABASE_URL')
      .option('-n, --namespace <namespace>', "the Secret's namespace; that of the context if none is named")
  uri('psql', 'run psql where the URI leads; transactions only read')
    .option(
      '--cluster <cluster>',
      'on the address of this RDS cluster instead, with the same user and database',
    )
    .option('--write', 'let transactions write')
    .argument('[arguments...]', "psql's own, after --")
    .action(async (args: string[], options: PsqlOptions) => {
      const { psqlCommand } = await import('./database.ts')
      answer(await psqlCommand(args, options))
    })
  uri('where', 'print host, port and database that the URI leads to')
    .option('--cluster <cluster>', 'ask whether that is this RDS cluster; exit code 1 when it is not')
    .action(async (options: WhereOptions) => {
      const { whereCommand } = await import('./database.ts')
      answer(await whereCommand(options))
    })
  uri('repoint', 'lead the URI to another RDS cluster; user, password, database and parameters stay')
    .requiredOption('--cluster <cluster>', 'the cluster to lead it to')
    .requiredOption('--keep-as <key>', 'the key in the same Secret under which the value of before is kept')
    .action(async (options: RepointOptions) => {
      const { repointCommand } = await import('./database.ts')
      answer(await repointCommand(options))
    })
  uri('point-back', 'lead the URI back to where it led before the repoint')
    .requiredOption('--keep-as <key>', 'the key under which the value of before is kept; it is removed')
    .action(async (options: KeptOptions) => {
      const { pointBackCommand } = await import('./database.ts')
      answer(await pointBackCommand(options))
    })
  database
    .command('restorable')
    .description(
      'whether an RDS cluster can be restored to a time, and what is lost by it; waits while it is too soon',
    )
    .requiredOption('--cluster <cluster>', 'the cluster that would be restored')
    .requiredOption('--to <time>', 'the time in UTC, e.g. 2025-10-01T10:00:00Z')
    .action(async (options: { readonly cluster: string; readonly to: string }) => {
      const { restorableCommand } = await import('./database.ts')
      answer(await restorableCommand(options))
    })

  const migrations = program
    .command('migrations')
    .description('the migrations of a database: what ran, what is safe, and running it (DATABASE_URL)')
  migrations
    .command('check')
    .description('compare the files with what ran, and judge those still to run; changes nothing')
    .option('--dir <directory>', 'where expand/ and contract/ are', migrationsFolder)
    .option('--offline', 'only the files, without a database')
    .addOption(
      new Option('--ran <phase>', 'count one of this phase that has not run as a fault').choices([
        'expand',
        'contract',
      ]),
    )
    .action(async (options: MigrationCheckOptions) => {
      const { migrationsCheckCommand } = await import('./migrations.ts')
      answer(await migrationsCheckCommand(options))
    })
  migrations
    .command('ran')
    .description('print on one line which ran, or were begun: their names, or "none"')
    .addArgument(new Argument('<phase>', 'of which phase').choices(['expand', 'contract']))
    .action(async (of: 'expand' | 'contract') => {
      const { migrationsRanCommand } = await import('./migrations.ts')
      answer(await migrationsRanCommand(of))
    })
  const phase = (name: string, description: string) =>
    migrations
      .command(name)
      .description(description)
      .option('--dir <directory>', 'where expand/ and contract/ are', migrationsFolder)
      .option('--dry-run', 'print what would run, with its SQL; changes nothing')
      .option('--lock-timeout <seconds>', 'how long a statement may wait for a lock (2)', positive)
      .option('--tries <number>', 'how often to try for a lock (5)', positive)
  phase('expand', 'run what adds to the schema, safe beside the code that runs now').action(
    async (options: MigrationOptions) => {
      const { migrationsExpandCommand } = await import('./migrations.ts')
      answer(await migrationsExpandCommand(options))
    },
  )
  phase('contract', 'run what removes from the schema, once the traffic has left the code that needs it')
    .option('-n, --namespace <namespace>', 'where the Service is, instead of the one that the files name')
    .option('--traffic-has-left <reason>', "don't ask the cluster; the reason is kept beside what ran")
    .action(async (options: MigrationOptions & { namespace?: string; trafficHasLeft?: string }) => {
      const { migrationsContractCommand } = await import('./migrations.ts')
      answer(await migrationsContractCommand(options))
    })

  return program
}

const migrationsFolder = 'ops/db'

const doctorCodes = `
✓ there · ✗ lacking · ! to know of · ? could not be found out · · nobody can know beforehand
Exit codes: 0 ready · 1 something is lacking · 2 usage · 5 something could not be found out.`

const switchCodes = `
The front door at API_URL is asked too, when it is set, up to VALIDATE_ATTEMPTS times (30), a second apart.
Exit codes: 0 switched · 1 a duty failed, everything is as before · 2 usage · 7 something could not be put back ·
130 or 143 interrupted, everything is as before.`

const practiceCodes = `
Exit code: 0 when the scenario was handled without an unsafe act, 1 when it was not, 2 for bad usage.`

/** Reads one NAME=VALUE beside those before it. */
function assignment(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const equals = text.indexOf('=')
  if (equals < 1) throw new InvalidArgumentError('It must be NAME=VALUE, e.g. IMAGE=loanserve/api:v1.2.3.')
  return { ...before, [text.slice(0, equals)]: text.slice(equals + 1) }
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text]
}

function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number above 0.')
  return value
}

function seed(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('It must be a whole number from 0, e.g. 7.')
  return value
}
