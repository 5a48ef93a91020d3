/** argv → one command; loads only what that command needs. */
import { Refusal } from './run/refusal.ts'
import { clean } from './shell/clean.ts'

/** Carries out one command line; gives the exit code. Refusals are told on stderr, and so are our own defects. */
async function main(argv: readonly string[]): Promise<number> {
  try {
    if (argv.length === 0) {
      const { homeCommand } = await import('./commands/home.ts')
      return await homeCommand()
    }
    const { runProgram } = await import('./commands/program.ts')
    return await runProgram(argv)
  } catch (error) {
    if (error instanceof Refusal) {
      process.stderr.write(clean(`handrail: ${error.message}\n`))
      return error.code
    }
    const details = error instanceof Error ? (error.stack ?? error.message) : String(error)
    process.stderr.write(
      clean(
        `handrail: this is a defect of Handrail, not of yours. The record holds what happened: handrail runs\n${details}\n`,
      ),
    )
    return DEFECT
  }
}

/** EX_SOFTWARE of sysexits.h: apart from every code that means something for a run. */
const DEFECT = 70

// A reader who has had enough (`| head`) is no defect. A run hears of it by itself, and is left as it stands.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error) => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error
  })

// What is written is written: Node's pipes and terminals are synchronous here. A login command of kubectl's that hangs
// in the background must not keep the process.
process.exit(await main(process.argv.slice(2)))
