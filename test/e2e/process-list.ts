/** Looks at the process list all the time, as any other user of the machine could. */
import { readdir, readFile } from 'node:fs/promises'

export interface ProcessWatch {
  /** Every command line that was seen, its words parted by blanks. */
  readonly stop: () => Promise<ReadonlySet<string>>
}

/** How long between two looks, in milliseconds: a start of kubectl takes five times as long. */
const lookEveryMs = 20

/** Begins to look, until `stop`. Linux alone has /proc; elsewhere nothing is seen. */
export function watchProcesses(): ProcessWatch {
  const seen = new Set<string>()
  let stopped = false
  const looking = (async () => {
    while (!stopped) {
      const names = await readdir('/proc').catch(() => [])
      const lines = names
        .filter((name) => /^\d+$/.test(name))
        .map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8'))
      for (const line of await Promise.allSettled(lines))
        if (line.status === 'fulfilled' && line.value !== '') seen.add(line.value.replaceAll('\0', ' '))
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    }
  })()
  return {
    stop: async () => {
      stopped = true
      await looking
      return seen
    },
  }
}
