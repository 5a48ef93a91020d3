/**
 * exec and attach over a WebSocket whose messages begin with the number of a channel (`v4.channel.k8s.io`, and
 * `v5.channel.k8s.io`, which can close one): Kubernetes enhancement 4006.
 */
import type { WebSocket } from 'ws'
import { z } from 'zod'
import type { ContainerRuntime } from '../containers.ts'
import type { Conversation } from './conversation.ts'
import { bytesOf } from './message.ts'
import { endStatus, notRunningStatus } from './outcome.ts'
import { startRemote } from './remote.ts'

/** The protocols that are spoken, the best first. */
export const channelProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const

const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const

/** A client that leaves this much unread is dropped, in bytes. */
const backlogLimit = 64 * 1024 * 1024

const resizeSchema = z.object({ Width: z.number().default(0), Height: z.number().default(0) })

/** Plays the conversation over the socket, until the process ends or the client goes. */
export function serveChannels(
  socket: WebSocket,
  conversation: Exclude<Conversation, { kind: 'port-forward' }>,
  runtime: ContainerRuntime,
): void {
  const { streams, pod, container } = conversation
  const send = (number: number, bytes: Buffer) => {
    if (socket.readyState !== 1) return
    socket.send(Buffer.concat([Buffer.from([number]), bytes]))
    if (socket.bufferedAmount > backlogLimit) socket.terminate()
  }
  const finish = (status: object) => {
    send(channel.error, Buffer.from(JSON.stringify(status)))
    socket.close(1000)
  }
  // An empty message on the first channel tells the client that the conversation has begun.
  send(streams.stdout ? channel.stdout : streams.stderr ? channel.stderr : channel.error, Buffer.alloc(0))
  const process = startRemote(runtime, conversation, {
    stdout: (bytes) => send(channel.stdout, bytes),
    stderr: (bytes) => send(channel.stderr, bytes),
  })
  socket.on('error', () => socket.terminate())
  if (process === undefined) {
    finish(notRunningStatus(container))
    return
  }

  socket.on('message', (message) => {
    const data = bytesOf(message)
    const rest = data.subarray(1)
    switch (data[0]) {
      case channel.stdin:
        if (streams.stdin) process.write(rest)
        return
      case channel.resize: {
        const size = resizeSchema.safeParse(parsed(rest.toString()))
        if (size.success) process.resize({ width: size.data.Width, height: size.data.Height })
        return
      }
      case channel.close:
        if (rest[0] === channel.stdin) process.closeStdin()
    }
  })
  socket.on('close', process.hangUp)
  const command = conversation.kind === 'exec' ? conversation.command : []
  void process.ended.then((end) => finish(endStatus(end, command, pod)))
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}
