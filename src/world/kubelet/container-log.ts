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
  readonly source: LogSource
}

/** Logs of all containers of a node, empty at first. */
export function createContainerLogs(): ContainerLogs {
  const pods = new Map<string, Map<string, RunLog[]>>()
  const present = (uid: string, container: string) => pods.get(uid)?.get(container)?.at(-1)

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
      const news = new EventEmitter()
      news.setMaxListeners(0)
      containers.set(container, [...runs.slice(-1), { run, lines: [], news, ended: false }])
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
