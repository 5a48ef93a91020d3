/** The output of containers, kept as a node keeps it: the newest lines of the present run and the one before. */
import { EventEmitter, on } from 'node:events'
import type { LogLine, LogLines, LogOptions, LogSource } from '../kubernetes/logs.ts'

/** How many lines of one run are kept; a real node rotates by size. */
const keptLines = 2000

interface RunLog {
  readonly run: number
  readonly lines: LogLine[]
  /** Says `line` for each line, and `end` once. */
  readonly news: EventEmitter
  ended: boolean
}

export interface ContainerLogs {
  /** A new run of the container begins: what it writes is the log from now on, the run before is the previous. */
  readonly begin: (podUid: string, container: string, run: number) => void
  /** A line of the present run, written at `at` (milliseconds since 1970). Ignored when nothing runs. */
  readonly write: (podUid: string, container: string, line: LogLine) => void
  /** The present run is over: whoever follows it comes to its end. */
  readonly end: (podUid: string, container: string) => void
  /** The pod is gone, and its logs with it. */
  readonly forget: (podUid: string) => void
  /** What a pod's containers have written, as plain data, and back. */
  readonly save: (podUid: string) => SavedLogs
  readonly load: (podUid: string, saved: SavedLogs) => void
  readonly source: LogSource
}

/** By container: its newest runs, oldest first. */
export type SavedLogs = Readonly<Record<string, readonly SavedRun[]>>

interface SavedRun {
  readonly run: number
  readonly lines: readonly LogLine[]
  readonly ended: boolean
}

/** Logs of all containers of a node, empty at first. */
export function createContainerLogs(): ContainerLogs {
  const pods = new Map<string, Map<string, RunLog[]>>()
  const present = (uid: string, container: string) => pods.get(uid)?.get(container)?.at(-1)

  function newLog(run: number, lines: LogLine[], ended: boolean): RunLog {
    const news = new EventEmitter()
    news.setMaxListeners(0)
    return { run, lines, news, ended }
  }

  function end(uid: string, container: string): void {
    const log = present(uid, container)
    if (log === undefined || log.ended) return
    log.ended = true
    log.news.emit('end')
  }

  return {
    begin(uid, container, run) {
      end(uid, container)
      const containers = pods.get(uid) ?? new Map<string, RunLog[]>()
      pods.set(uid, containers)
      const runs = containers.get(container) ?? []
      containers.set(container, [...runs.slice(-1), newLog(run, [], false)])
    },
    write(uid, container, line) {
      const log = present(uid, container)
      if (log === undefined || log.ended) return
      log.lines.push(line)
      if (log.lines.length > keptLines * 2) log.lines.splice(0, keptLines)
      log.news.emit('line', line)
    },
    end,
    forget(uid) {
      for (const container of pods.get(uid)?.keys() ?? []) end(uid, container)
      pods.delete(uid)
    },
    save: (uid) =>
      Object.fromEntries(
        [...(pods.get(uid) ?? [])].map(([container, runs]) => [
          container,
          runs.map(({ run, lines, ended }) => ({ run, lines: lines.slice(-keptLines), ended })),
        ]),
      ),
    load(uid, saved) {
      const containers = Object.entries(saved).map(
        ([container, runs]) =>
          [container, runs.map(({ run, lines, ended }) => newLog(run, [...lines], ended))] as const,
      )
      pods.set(uid, new Map(containers))
    },
    source(pod, options) {
      const runs = pods.get(pod.metadata.uid)?.get(options.container) ?? []
      const log = options.previous ? (runs.length > 1 ? runs[0] : undefined) : runs.at(-1)
      return log === undefined ? undefined : linesOf(log, options)
    },
  }
}

function linesOf(log: RunLog, options: LogOptions): LogLines {
  const written = log.lines.slice(-keptLines)
  if (log.ended || !options.follow) return { written, later: nothing() }
  // Listening begins here and not with the first read, so that no line falls between the two.
  const news: AsyncIterable<LogLine[]> = on(log.news, 'line', { signal: options.signal, close: ['end'] })
  return { written, later: unpacked(news, options.signal) }
}

async function* nothing(): AsyncGenerator<LogLine, void> {}

async function* unpacked(news: AsyncIterable<LogLine[]>, signal: AbortSignal): AsyncGenerator<LogLine, void> {
  try {
    for await (const lines of news) yield* lines
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
