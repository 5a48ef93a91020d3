/** Starts what an exec or attach asks for, with the output that the client wants. */
import type { ContainerRuntime, ProcessOutput, RemoteProcess } from '../containers.ts'
import type { Conversation } from './conversation.ts'

/** The process; undefined when the container doesn't run. */
export function startRemote(
  runtime: ContainerRuntime,
  conversation: Exclude<Conversation, { kind: 'port-forward' }>,
  output: ProcessOutput,
): RemoteProcess | undefined {
  const { pod, container, streams } = conversation
  const wanted: ProcessOutput = {
    stdout: streams.stdout ? output.stdout : () => {},
    stderr: streams.stderr ? output.stderr : () => {},
  }
  const { stdin, tty } = streams
  if (conversation.kind === 'attach') return runtime.attach(pod, { container, stdin, output: wanted })
  return runtime.exec(pod, { container, command: conversation.command, stdin, tty, output: wanted })
}
