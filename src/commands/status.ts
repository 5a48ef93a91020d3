/** `handrail status`: blue and green, now; once, or as they change. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClusterStatus } from '../cluster/status.ts'
import { watchClusterStatus } from '../cluster/watch-status.ts'
import { exitCode } from '../run/exit-code.ts'
import { pinRun, readContext } from '../run/pin.ts'
import { Refusal } from '../run/refusal.ts'
import { clean } from '../shell/clean.ts'
import { aroundProcess } from './around.ts'
import { sayJson } from './say.ts'
import { statusLines } from './status-table.ts'

export interface StatusOptions {
  readonly context?: string
  readonly namespace?: string
  readonly service: string
  readonly watch?: boolean
  readonly output?: 'json'
}

/** A cluster that has not answered by then is not known, in milliseconds. */
const answerWithinMs = 8000

const wordsForSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Prints the status; gives 0, or 5 when it could not be known. With `watch` it goes on until it is interrupted (130).
 * Throws a Refusal when there is no cluster to ask.
 */
export async function statusCommand(options: StatusOptions): Promise<number> {
  const { environment } = aroundProcess({}, () => undefined)
  const found = await readContext(environment, options.context)
  if (found.kind === 'no-kubectl')
    throw new Refusal('kubectl is not on the PATH. Install it, then try again.')
  if (found.kind === 'no-cluster') throw new Refusal(`there is no cluster to ask: ${found.why}`)
  const directory = await mkdtemp(join(tmpdir(), 'handrail-status-'))
  try {
    const { kubeconfigPath } = await pinRun(directory, found.context)
    const { context } = found.context
    const namespace = options.namespace ?? found.context.namespace
    return await follow(
      { kubeconfigPath, context, namespace, service: options.service, now: Date.now },
      options,
    )
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function follow(
  watched: Parameters<typeof watchClusterStatus>[0],
  { watch = false, output }: StatusOptions,
): Promise<number> {
  const done = Promise.withResolvers<number>()
  const interrupted = () => done.resolve(exitCode.interrupted)
  for (const signal of wordsForSignals) process.once(signal, interrupted)
  // Whoever reads along may have had enough.
  process.stdout.once('error', () => done.resolve(exitCode.done))
  let latest: ClusterStatus | undefined
  let printed = ''
  const watching = watchClusterStatus(watched, (status) => {
    latest = status
    if (status.freshness.kind === 'connecting') return
    // What was only confirmed is printed again on a terminal alone, where the ages go on.
    const picture = JSON.stringify({ ...status, freshness: status.freshness.kind })
    if (picture === printed && !process.stdout.isTTY) return
    printed = picture
    print(status, output, watch)
    if (!watch) done.resolve(status.freshness.kind === 'fresh' ? exitCode.done : exitCode.unknown)
  })
  const timer = setTimeout(() => {
    if (watch || latest === undefined) return
    print(latest, output, false)
    done.resolve(exitCode.unknown)
  }, answerWithinMs)
  try {
    return await done.promise
  } finally {
    clearTimeout(timer)
    watching.close()
    for (const signal of wordsForSignals) process.off(signal, interrupted)
  }
}

const clearScreen = '\x1b[H\x1b[J'

function print(status: ClusterStatus, output: StatusOptions['output'], again: boolean): void {
  if (output === 'json') {
    sayJson(status)
    return
  }
  const text = statusLines(status, Date.now())
    .map((line) => `${line}\n`)
    .join('')
  process.stdout.write(again && process.stdout.isTTY ? `${clearScreen}${clean(text)}` : clean(text))
}
