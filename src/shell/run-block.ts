/** Starts a block as a process group of its own and sees it to its end. */
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { BlockOutcome, BlockRequest, BlockResult, RunningBlock } from './block.ts'
import { type Capture, captureOutput } from './capture.ts'
import { withStandIns } from './environment.ts'
import { LIMITS, type Limits } from './limits.ts'
import { openOutputPipes } from './output-pipes.ts'
import { type Escalation, endGroup, type GroupMember, groupMembers } from './process-group.ts'
import { shellWords } from './words.ts'

/** Nothing of the block was run, and why: a sentence for the reader. */
export class BlockNotStarted extends Error {
  override readonly name = 'BlockNotStarted'
}

/**
 * Starts a block. The source is run by `bash` with `set -euo pipefail`, since that is what its author expects of it:
 * - `-e`: a block of several commands stops at the first that fails;
 * - `-u`: a parameter that isn't set is an error, and never an empty word in the middle of a command;
 * - `pipefail`: `curl … | jq …` fails when curl does. Its price: `… | head` can fail with 141, since the command before
 *   `head` is cut off; `failure.ts` says so to the reader, and `set +o pipefail` in the block turns it off.
 *
 * Any other `interpreter` is run as given, through sh, with a file that holds the source as its last argument. Stdin is
 * empty. `kubectl` and `aws` on the PATH are Handrail's stand-ins while the block runs.
 *
 * The result never rejects. It is there when nothing of the block's process group is left: processes that outlive the
 * block get `graceMs`, then they are ended, and the output says so.
 * @throws BlockNotStarted when no process could be made of it
 */
export async function startBlock(request: BlockRequest, limits: Limits = LIMITS): Promise<RunningBlock> {
  if (!(await isDirectory(request.cwd))) {
    throw new BlockNotStarted(
      `The directory ${request.cwd} is not there, so the block was not started in it.`,
    )
  }
  const { $ } = await import('zx/core')
  const { openStandIns } = await import('./stand-ins.ts')
  const awsEndpointUrl = request.env.HANDRAIL_AWS_ENDPOINT_URL
  const standIns = await openStandIns({
    ...request,
    ...(awsEndpointUrl !== undefined && { awsEndpointUrl }),
  }).catch((error: unknown) => notStarted(error))
  try {
    const pipes = await openOutputPipes(standIns.directory)
    const { shell, source } = await shellFor(request, standIns.directory)
    const startedAt = performance.now()
    const main = $({
      shell,
      prefix: '',
      postfix: '',
      cwd: request.cwd,
      env: withStandIns(request.env, standIns.directory),
      stdio: ['ignore', pipes.stdout.writeEnd, pipes.stderr.writeEnd],
      detached: true,
      nothrow: true,
      quiet: true,
      verbose: false,
      preferLocal: false,
      timeout: 0,
    })(Object.assign([source], { raw: [source] }))
    pipes.stdout.closeWriteEnd()
    pipes.stderr.closeWriteEnd()
    const { pid } = main
    if (pid === undefined) {
      pipes.stdout.close()
      pipes.stderr.close()
      return notStarted((await main).cause)
    }
    const capture = captureOutput(pipes, request, limits)
    const exit = (async (): Promise<Exit> => {
      const { exitCode, signal } = await main
      return { code: exitCode, signal, after: performance.now() - startedAt }
    })()
    return supervise(pid, exit, capture, request.timeoutMs, limits, standIns.close)
  } catch (error) {
    await standIns.close()
    return notStarted(error)
  }
}

/** Milliseconds between two looks at who is left. */
const pollMs = 15

interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Milliseconds since the start. */
  readonly after: number
}

function notStarted(error: unknown): never {
  if (error instanceof BlockNotStarted) throw error
  const why = error instanceof Error ? error.message : String(error)
  throw new BlockNotStarted(`The block could not be started: ${why}. Nothing of it was run.`, {
    cause: error,
  })
}

async function isDirectory(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

/** Linux takes at most 128 KiB in one argument. */
const longestArgument = 120 * 1024

/**
 * What runs the source. bash gets it as it is, as the argument of -c, behind the options on the same line, so that its
 * messages count lines as the author does; zx adds nothing to it, since it is a template without values.
 */
async function shellFor({ source, interpreter = 'bash' }: BlockRequest, directory: string) {
  const text = `set -euo pipefail; ${source}`
  if (/^(\S*\/)?bash$/.test(interpreter) && Buffer.byteLength(text) <= longestArgument) {
    return { shell: interpreter, source: text }
  }
  const file = join(directory, 'block')
  await writeFile(file, source, { mode: 0o600 })
  const command = /(^|[\s/])bash$/.test(interpreter) ? `${interpreter} -euo pipefail` : interpreter
  return { shell: '/bin/sh', source: `exec ${command} ${shellWords([file])}` }
}

function supervise(
  pid: number,
  exit: Promise<Exit>,
  capture: Capture,
  timeoutMs: number | undefined,
  limits: Limits,
  close: () => Promise<void>,
): RunningBlock {
  const escalation: readonly Escalation[] = [
    { signal: 'SIGINT', waitMs: limits.interruptMs },
    { signal: 'SIGTERM', waitMs: limits.terminateMs },
    { signal: 'SIGKILL', waitMs: limits.killMs },
  ]
  let running = true
  /** From here on the pid may be another process's. */
  let over = false
  let cut: 'cancelled' | 'timed-out' | undefined
  let ending: Promise<readonly GroupMember[]> | undefined

  function end(kind: 'cancelled' | 'timed-out') {
    if (over) return
    if (running) cut ??= kind
    ending ??= endGroup(pid, escalation)
  }

  const timer =
    timeoutMs === undefined ? undefined : setTimeout(end, Math.min(timeoutMs, 2 ** 31 - 1), 'timed-out')

  async function seeToTheEnd(): Promise<BlockResult> {
    const { code, signal, after } = await exit
    running = false
    clearTimeout(timer)
    await endLeftOvers()
    if (!(await endedWithin(limits.graceMs, capture.ended))) {
      capture.note(
        'handrail: a process that left the block still holds its output. What it prints from here on is lost.',
      )
    }
    await close()
    over = true
    const outcome = cut === undefined ? outcomeOf(code, signal) : { kind: cut }
    return { outcome, durationMs: Math.round(after), ...capture.close() }
  }

  async function endLeftOvers() {
    const left = await stillThere()
    if (left.length === 0) return
    if (ending === undefined) {
      capture.note(
        `handrail: the block ended and left ${described(left)} running. Handrail ends what is left.`,
      )
    }
    ending ??= endGroup(pid, escalation.slice(1))
    const remaining = await ending
    if (remaining.length > 0) {
      capture.note(
        `handrail: ${described(remaining)} could not be ended, not even by KILL. Look after it yourself.`,
      )
    }
  }

  /** Who is left of the group after a short grace; nobody is waited for once the group is being ended. */
  async function stillThere() {
    const deadline = performance.now() + limits.graceMs
    let members = groupMembers(pid)
    while (members.length > 0 && ending === undefined && performance.now() < deadline) {
      await pause(pollMs)
      members = groupMembers(pid)
    }
    return members
  }

  const result = seeToTheEnd()
  return {
    pid,
    result,
    cancel: async () => {
      end('cancelled')
      await result
    },
  }
}

function outcomeOf(code: number | null, signal: NodeJS.Signals | null): BlockOutcome {
  if (code !== null) return { kind: 'exited', code }
  if (signal !== null) return { kind: 'signalled', signal }
  return { kind: 'lost', why: 'the system told neither an exit code nor a signal' }
}

async function endedWithin(ms: number, ended: Promise<void>): Promise<boolean> {
  const abort = new AbortController()
  const late = pause(ms, false, { signal: abort.signal }).catch(() => false)
  const inTime = await Promise.race([ended.then(() => true), late])
  abort.abort()
  return inTime
}

/** E.g. "2 processes (sleep 4711, kubectl 4712)". */
function described(members: readonly GroupMember[]): string {
  const names = members.slice(0, 5).map(({ pid, name }) => `${name} ${pid}`.trim())
  const list = names.length < members.length ? [...names, '…'] : names
  return `${members.length} ${members.length === 1 ? 'process' : 'processes'} (${list.join(', ')})`
}
