/**
 * port-forward over a WebSocket with two channels for each port (`v4.channel.k8s.io`), as client libraries ask for it:
 * data on the even one, an error on the odd one, each begun by the port's number.
 */
import type { WebSocket } from 'ws'
import type { ContainerRuntime } from '../containers.ts'
import type { Conversation } from './conversation.ts'
import { bytesOf } from './message.ts'
import { refusedPort } from './outcome.ts'

/** Connects every port that was asked for; the socket closes with the pod. */
export function servePortChannels(
  socket: WebSocket,
  { pod, ports }: Extract<Conversation, { kind: 'port-forward' }>,
  runtime: ContainerRuntime,
): void {
  const send = (number: number, bytes: Buffer) => {
    if (socket.readyState === 1) socket.send(Buffer.concat([Buffer.from([number]), bytes]))
  }
  const connections = ports.map((port, index) => {
    const data = index * 2
    const number = Buffer.alloc(2)
    number.writeUInt16LE(port)
    send(data, number)
    send(data + 1, number)
    const connection = runtime.connect(pod.metadata.uid, port)
    if (connection === undefined) send(data + 1, Buffer.from(refusedPort(pod, port)))
    connection?.on('data', (bytes: Buffer) => send(data, bytes))
    connection?.on('error', () => connection.destroy())
    connection?.on('close', () => {
      // A client with one port learns by the socket that its connection is over.
      if (ports.length === 1) socket.close(1000)
    })
    return connection
  })
  const stop = runtime.onPodEnd(pod.metadata.uid, () => socket.close(1001))
  socket.on('message', (message) => {
    const data = bytesOf(message)
    const number = data[0] ?? 1
    if (number % 2 === 0) connections[number / 2]?.write(data.subarray(1))
  })
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    stop()
    for (const connection of connections) connection?.destroy()
  })
}
