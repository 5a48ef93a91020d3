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
    .option('--practice', 'in a practice world of its own')
    .option('--speed <factor>', 'how much faster time passes in the practice world', positive, 1)
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
    .description('the practice world with the deployment in it')
    .option('-p, --param <NAME=VALUE>', 'give a parameter its value; may be repeated', assignment)
    .option('--speed <factor>', 'how much faster time passes', positive, 1)
    .option('--seed <number>', 'what chance is made from', positive)
    .option('--plain', 'plain lines instead of a screen')
    .action(async (options: unknown) => {
      const { practiceCommand } = await import('./practice.ts')
      answer(await practiceCommand(options))
    })

  program
    .command('world')
    .description('the practice world alone: prints exports, or runs a command inside it')
    .option('--speed <factor>', 'how much faster time passes', positive, 1)
    .option('--seed <number>', 'what chance is made from', positive)
    .argument('[command...]', 'what to run inside, after --')
    .passThroughOptions()
    .action(async (command: string[], options: { speed: number; seed?: number }) => {
      const { worldCommand } = await import('./world.ts')
      answer(await worldCommand({ command, ...options }))
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
