/** exec and attach over SPDY: a stream each for input, output, errors, sizes, and the Status at the end. */
import type { Duplex } from 'node:stream'
import { z } from 'zod'
import type { ContainerRuntime, RemoteProcess } from '../containers.ts'
import type { Conversation } from './conversation.ts'
import { endStatus, notRunningStatus } from './outcome.ts'
import { startRemote } from './remote.ts'
import { createSpdySession, type SpdyStream } from './spdy-session.ts'

/** The version of the protocol that is spoken: exit codes come as a Status. */
export const remoteProtocol = 'v4.channel.k8s.io'

/** kubectl opens all its streams at once; one that is still missing after this has given up, in milliseconds. */
const patienceMs = 30_000

const sizeSchema = z.object({ Width: z.number().default(0), Height: z.number().default(0) })

/** Plays the conversation over the connection, once the client has opened its streams. */
export function serveSpdyRemote(
  transport: Duplex,
  conversation: Exclude<Conversation, { kind: 'port-forward' }>,
  runtime: ContainerRuntime,
): void {
  const { streams: asked } = conversation
  const wanted = [
    'error',
    ...(asked.stdin ? ['stdin'] : []),
    ...(asked.stdout ? ['stdout'] : []),
    ...(asked.stderr ? ['stderr'] : []),
    ...(asked.tty ? ['resize'] : []),
  ]
  const opened = new Map<string, Duplex>()
  let process: RemoteProcess | undefined
  let begun = false
  const session = createSpdySession(transport, onStream, () => {
    clearTimeout(timer)
    process?.hangUp()
  })
  const timer = setTimeout(() => session.close(), patienceMs)
  timer.unref()

  function onStream({ headers, duplex }: SpdyStream): void {
    opened.set(headers.get('streamtype') ?? '', duplex)
    // Nobody sends on these; what isn't read would hold its end back.
    duplex.on('error', () => {})
    if (begun || wanted.some((name) => !opened.has(name))) return
    begun = true
    clearTimeout(timer)
    begin()
  }

  function begin(): void {
    process = startRemote(runtime, conversation, {
      stdout: (bytes) => opened.get('stdout')?.write(bytes),
      stderr: (bytes) => opened.get('stderr')?.write(bytes),
    })
    for (const name of ['stdout', 'stderr', 'error']) opened.get(name)?.resume()
    if (process === undefined) {
      finish(notRunningStatus(conversation.container))
      return
    }
    const { write, closeStdin, resize, ended } = process
    opened.get('stdin')?.on('data', write).on('end', closeStdin)
    opened.get('resize')?.on('data', (bytes: Buffer) => {
      const size = sizeSchema.safeParse(parsed(bytes.toString()))
      if (size.success) resize({ width: size.data.Width, height: size.data.Height })
    })
    const command = conversation.kind === 'exec' ? conversation.command : []
    void ended.then((end) => finish(endStatus(end, command, conversation.pod)))
  }

  function finish(status: object): void {
    opened.get('error')?.write(JSON.stringify(status))
    for (const stream of opened.values()) stream.end()
    // The client goes once it has read everything; one that doesn't is left after a while.
    const leave = setTimeout(() => session.close(), 1000)
    leave.unref()
  }
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}
