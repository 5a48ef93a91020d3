/** `handrail world --save DIRECTORY`, from inside a practice world: puts that world away to go on with another day. */
import { connect } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { exitCode } from '../run/exit-code.ts'
import { Refusal } from '../run/refusal.ts'

const answerSchema = z.object({ value: z.string().optional(), refused: z.string().optional() })

/**
 * Saves the world that this process is in, by its environment, and prints how it is taken out again; gives the exit
 * code. Throws a Refusal outside of a practice world, and when the world refuses.
 */
export async function saveWorldCommand(
  directory: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const kubeconfig = env.HANDRAIL_WORLD
  if (kubeconfig === undefined || kubeconfig === '')
    throw new Refusal(
      'handrail world --save is for the inside of a practice world, and this is none.\nNothing was saved. Open one with: handrail world -- bash',
      exitCode.usage,
    )
  const path = resolve(directory)
  const answer = await ask(join(dirname(kubeconfig), 'control'), { ask: 'save', directory: path })
  if (answer === undefined)
    throw new Refusal('The practice world does not answer any more. Nothing was saved.')
  const { refused } = answerSchema.parse(JSON.parse(answer))
  if (refused !== undefined) throw new Refusal(`The practice world can't be saved: ${refused}`)
  process.stdout.write(`saved: ${path}\nIt goes on with: handrail world --load ${path} -- bash\n`)
  return exitCode.done
}

/** The first line that the world answers; undefined when nobody does. */
function ask(control: string, question: unknown): Promise<string | undefined> {
  return new Promise((resolvePromise) => {
    const socket = connect(control, () => socket.write(`${JSON.stringify(question)}\n`))
    socket.on('error', () => resolvePromise(undefined))
    socket.on('close', () => resolvePromise(undefined))
    createInterface({ input: socket }).once('line', (line) => {
      resolvePromise(line)
      socket.end()
    })
  })
}
