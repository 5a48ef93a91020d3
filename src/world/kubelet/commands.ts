/** Commands that the kubelet itself runs in a container: probes and hooks. */
import type { Clock } from '../clock.ts'
import type { ProbeResult } from './probe.ts'
import { execIn, type MainProcess } from './processes.ts'
import type { Rooms } from './rooms.ts'

/** Runs a command and tells once what came of it; `timeoutMs` is in a real cluster's time. */
export function runCommand(options: {
  readonly main: MainProcess
  readonly inside: NonNullable<ReturnType<Rooms['inside']>>
  readonly words: readonly string[]
  readonly timeoutMs: number | undefined
  readonly clock: Clock
  readonly speed: number
  readonly onEnd: (result: ProbeResult) => void
  readonly onError: (error: unknown) => void
}): void {
  const { main, inside, words, timeoutMs, clock, speed, onEnd, onError } = options
  let printed = ''
  let told = false
  const keep = (bytes: Buffer) => {
    printed = (printed + bytes.toString()).slice(0, 10_240)
  }
  const finish = (result: ProbeResult) => {
    if (told) return
    told = true
    cancel()
    onEnd(result)
  }
  const process = execIn(
    main,
    { ...inside, words, stdin: false, tty: false, onError },
    { stdout: keep, stderr: keep },
  )
  const cancel =
    timeoutMs === undefined
      ? () => {}
      : clock.at(clock.now() + timeoutMs / speed, () => {
          process.hangUp()
          const after = `${timeoutMs / 1000}s`
          finish({
            ok: false,
            message: `command timed out: ${JSON.stringify(words.join(' '))} timed out after ${after}`,
          })
        })
  process.ended.then((end) => {
    if (end.kind === 'failed') finish({ ok: false, message: end.message })
    else finish(end.code === 0 ? { ok: true } : { ok: false, message: printed.trimEnd() })
  }, onError)
}
