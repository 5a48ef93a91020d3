/**
 * The two pipes that a block prints into. Named ones, because those that Node makes for a child are sockets, and a socket
 * can't be opened anew: `echo … > /dev/stderr` and `tee /dev/stderr` fail on them with "No such device or address".
 */
import { execFile } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface OutputPipe {
  /** For the child's stdio. */
  readonly writeEnd: number
  /** To be called once the child has it, or the pipe never ends. */
  readonly closeWriteEnd: () => void
  /** Begins to read; each chunk is valid only during the call. */
  readonly read: (onChunk: (chunk: Buffer) => void) => void
  /** Resolves when the last process that held the pipe's other end has closed it, or after `close`. */
  readonly ended: Promise<void>
  readonly close: () => void
}

/** What a pipe of Linux holds, and so the most that one read can bring. */
const chunkBytes = 64 * 1024

/** Two pipes in a directory that nobody else can enter. Throws when they can't be made. */
export async function openOutputPipes(
  directory: string,
): Promise<{ stdout: OutputPipe; stderr: OutputPipe }> {
  const paths = { stdout: join(directory, 'stdout'), stderr: join(directory, 'stderr') }
  await promisify(execFile)('mkfifo', ['-m', '600', paths.stdout, paths.stderr])
  return { stdout: openPipe(paths.stdout), stderr: openPipe(paths.stderr) }
}

function openPipe(path: string): OutputPipe {
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const writeEnd = openSync(path, constants.O_WRONLY)
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  let socket: Socket | undefined
  let writable = true

  function closeWriteEnd() {
    if (writable) closeSync(writeEnd)
    writable = false
  }

  return {
    writeEnd,
    closeWriteEnd,
    read: (onChunk) => {
      const buffer = Buffer.alloc(chunkBytes)
      const onread = {
        buffer,
        callback: (length: number) => {
          onChunk(buffer.subarray(0, length))
          return true
        },
      }
      socket = new Socket({ fd: readEnd, readable: true, writable: false, onread })
      socket.on('error', () => resolve())
      socket.on('close', () => resolve())
      socket.resume()
    },
    ended,
    close: () => {
      closeWriteEnd()
      if (socket === undefined) closeSync(readEnd)
      else socket.destroy()
      resolve()
    },
  }
}
