/** The command line: its grammar, and which room answers each command. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { exitCode } from '../run/exit-code.ts'

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

  return program
}

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
