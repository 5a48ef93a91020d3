/** Our side of the stand-ins: their private directory, and the answers to what they announce. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { AnnouncedCommand, BlockRequest } from './block.ts'
import { decide } from './guard.ts'
import { shellWords } from './words.ts'

export interface StandIns {
  /** Private to the user (0700); holds the wrappers named kubectl and aws (and handrail, where it is known), and is gone after `close`. */
  readonly directory: string
  /** From here on every stand-in that still asks is refused. */
  readonly close: () => Promise<void>
}

type Rules = Pick<BlockRequest, 'dryRun' | 'pinned' | 'onCommand' | 'handrail'> & {
  readonly awsEndpointUrl?: string
}

/** A Unix socket's address is at most 104 bytes on macOS, 108 on Linux. */
const longestSocketPath = 100

/** More than any system lets a command line be. */
const longestQuestion = 8 * 1024 * 1024

const Question = z.object({
  token: z.string(),
  tool: z.enum(['kubectl', 'aws']),
  argv: z.array(z.string()),
  cwd: z.string(),
  kubeconfig: z.string().optional(),
  awsProfile: z.string().optional(),
})

/** Makes a directory with the stand-ins in it and answers them until `close`. */
export async function openStandIns(rules: Rules): Promise<StandIns> {
  const directory = await privateDirectory()
  const token = randomBytes(16).toString('hex')
  const asking = new Set<Socket>()
  const server = createServer((socket) => {
    asking.add(socket)
    socket.on('close', () => asking.delete(socket))
    // A stand-in that was killed while it waited: nobody is left to be answered.
    socket.on('error', () => socket.destroy())
    questionFrom(socket)
      .then((text) => answer(text, token, rules))
      .then((words) => socket.end(JSON.stringify(words)))
      .catch(() => socket.destroy())
  })
  await writeFile(join(directory, 'token'), token, { mode: 0o600 })
  for (const tool of Question.shape.tool.options) {
    await writeFile(join(directory, tool), wrapper(directory, tool), { mode: 0o700 })
  }
  // Not announced itself: whatever it runs of kubectl and aws goes through the two beside it.
  if (rules.handrail !== undefined)
    await writeFile(join(directory, 'handrail'), executing(rules.handrail), { mode: 0o700 })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(join(directory, 'socket'), resolve)
  })
  return {
    directory,
    close: async () => {
      server.close()
      for (const socket of asking) socket.destroy()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function privateDirectory(): Promise<string> {
  const name = (parent: string) => join(parent, 'handrail-')
  const fits = Buffer.byteLength(join(`${name(tmpdir())}XXXXXX`, 'socket')) <= longestSocketPath
  return await mkdtemp(name(fits ? tmpdir() : '/tmp'))
}

function wrapper(directory: string, tool: string): string {
  return executing([
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    // It ends before a helping thread could be of use, and each costs at the start.
    '--v8-pool-size=0',
    standInProgram(),
    directory,
    tool,
  ])
}

function executing(command: readonly string[]): string {
  return `#!/bin/sh\nexec ${shellWords(command)} "$@"\n`
}

/** dist/stand-in.cjs: beside us or above us in the bundle; seen from the source tree, in what was built of it. */
function standInProgram(): string {
  const places = ['./stand-in.cjs', '../stand-in.cjs', '../../dist/stand-in.cjs'].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  )
  const found = places.find((place) => existsSync(place))
  if (found === undefined)
    throw new Error(
      'The stand-in for kubectl and aws is missing: dist/stand-in.cjs is not there. Run `npm run build`, then try again.',
    )
  return found
}

/** One line. */
function questionFrom(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      text += chunk
      if (text.length > longestQuestion) reject(new RangeError('the question is too long'))
      if (text.endsWith('\n')) resolve(text)
    })
    socket.on('end', () => reject(new Error('the question has no end')))
  })
}

/** What the stand-in is to do: a word, and what it is done with. The command waits for `onCommand` before it runs. */
async function answer(text: string, token: string, rules: Rules): Promise<readonly string[]> {
  const question = Question.parse(JSON.parse(text))
  if (question.token !== token) return ['refuse', 'Handrail did not start this command.']
  const { tool, argv, cwd, kubeconfig, awsProfile } = question
  const decision = decide({
    tool,
    argv,
    dryRun: rules.dryRun,
    ...(rules.pinned !== undefined && { pinned: rules.pinned }),
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(awsProfile !== undefined && { awsProfile }),
    ...(rules.awsEndpointUrl !== undefined && { awsEndpointUrl: rules.awsEndpointUrl }),
  })
  const announced: AnnouncedCommand = { tool, argv, cwd, ran: [], ...decision }
  try {
    await rules.onCommand(announced)
  } catch (error) {
    return [
      'refuse',
      `It could not be put on record first: ${error instanceof Error ? error.message : String(error)}`,
    ]
  }
  if (decision.decision === 'refuse') return ['refuse', `Refused: ${decision.why}.`]
  if (decision.decision === 'print')
    return ['print', `dry run: would have run: ${shellWords([tool, ...decision.ran])}`]
  return ['run', ...decision.ran]
}
