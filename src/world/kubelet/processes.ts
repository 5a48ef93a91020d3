/** Processes in containers: the main one, those of exec and probes, and who is attached to them. */
import type { ProcessEnd, ProcessOutput, RemoteProcess } from '../kubernetes/containers.ts'
import { createPipe, type Pipe, type Sink } from './programs/pipe.ts'
import { type Process, startProcess } from './programs/process.ts'
import { baseName, type Room, runCall } from './programs/program.ts'
import { createTerminal, type Terminal } from './terminal.ts'

/** A container's main process, and its output as it comes. */
export interface MainProcess {
  /** Hears what it prints from now on. Gives what ends that. */
  readonly listen: (output: ProcessOutput) => () => void
  /** Hears once that it has ended. */
  readonly onEnd: (listener: () => void) => void
  readonly signal: (signal: number) => void
  /** What a client types or sends. */
  readonly write: (bytes: Buffer) => void
  readonly closeStdin: () => void
  /** A line of a server's log. */
  readonly say: (line: string) => void
  /** The run is over, however it ended. */
  readonly end: () => void
  /** Processes of exec end with it. */
  readonly children: Set<() => void>
}

interface Launch {
  readonly words: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly room: Room
  readonly stdin: boolean
  readonly tty: boolean
  readonly onError: (error: unknown) => void
}

interface Launched {
  readonly process: Process
  readonly write: (bytes: Buffer) => void
  readonly closeStdin: () => void
}

/**
 * Starts the program that the words name; undefined when the image has none of that name. With a terminal all
 * output is one.
 */
function launch(
  { words, env, cwd, room, stdin, tty, onError }: Launch,
  out: Sink,
  err: Sink,
  onEnd: (code: number) => void,
): Launched | undefined {
  const [first = '', ...args] = words
  const program = room.programs.get(baseName(first))
  if (program === undefined) return undefined
  let process: Process | undefined
  const terminal: Terminal | undefined = tty ? createTerminal(out, () => process?.signal(2)) : undefined
  const input: Pipe = terminal?.input ?? createPipe()
  if (!stdin) input.close()
  const decoder = new TextDecoder()
  const call = {
    args,
    env: tty ? { ...env, TERM: 'xterm' } : env,
    cwd,
    room,
    tty: tty && stdin,
    stdin: input,
    stdout: terminal?.output ?? out,
    stderr: terminal?.output ?? err,
  }
  process = startProcess(runCall(program, call), onEnd, onError)
  return {
    process,
    write(bytes) {
      const text = decoder.decode(bytes, { stream: true })
      if (terminal === undefined) input.write(text)
      else terminal.type(text)
    },
    closeStdin: () => input.close(),
  }
}

/** The main process of a server: it says lines, and no client can type into it. */
export function startServer(onTerminate: () => void): MainProcess {
  const hub = createHub()
  return {
    ...hub,
    signal(signal) {
      if (signal === 15) onTerminate()
    },
    write() {},
    closeStdin() {},
    say: (line) => hub.tell({ stream: 'stdout', text: `${line}\n` }),
  }
}

/** The main process of a container that runs a program. `onLine` hears each line that it prints. */
export function startMain(
  launched: Launch,
  onLine: (line: string) => void,
  onExit: (code: number) => void,
): MainProcess {
  const hub = createHub()
  let rest = ''
  const print = (stream: 'stdout' | 'stderr') => (text: string) => {
    hub.tell({ stream, text })
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line.replace(/\r$/, ''))
  }
  const found = launch(launched, print('stdout'), print('stderr'), (code) => {
    if (rest !== '') onLine(rest)
    rest = ''
    onExit(code)
  })
  return {
    ...hub,
    signal: (signal) => found?.process.signal(signal),
    write: (bytes) => found?.write(bytes),
    closeStdin: () => found?.closeStdin(),
    say() {},
  }
}

/** Who listens to a process, and who waits for its end. */
function createHub() {
  const outputs = new Set<ProcessOutput>()
  const enders = new Set<() => void>()
  const children = new Set<() => void>()
  let ended = false
  return {
    children,
    tell({ stream, text }: { readonly stream: 'stdout' | 'stderr'; readonly text: string }) {
      if (outputs.size === 0) return
      const bytes = Buffer.from(text)
      for (const output of outputs) output[stream](bytes)
    },
    listen(output: ProcessOutput) {
      outputs.add(output)
      return () => {
        outputs.delete(output)
      }
    },
    onEnd(listener: () => void) {
      if (ended) listener()
      else enders.add(listener)
    },
    end() {
      if (ended) return
      ended = true
      for (const kill of [...children]) kill()
      for (const listener of enders) listener()
      outputs.clear()
    },
  }
}

/** Joins a main process. With `closesStdin` the program's input ends when the client's does. */
export function attachTo(
  main: MainProcess,
  asked: { readonly stdin: boolean; readonly output: ProcessOutput },
  closesStdin: boolean,
): RemoteProcess {
  const stop = main.listen(asked.output)
  let finish: (end: ProcessEnd) => void = () => {}
  const ended = new Promise<ProcessEnd>((resolve) => {
    finish = resolve
  })
  main.onEnd(() => finish({ kind: 'exited', code: 0 }))
  return {
    write(bytes) {
      if (asked.stdin) main.write(bytes)
    },
    closeStdin() {
      if (asked.stdin && closesStdin) main.closeStdin()
    },
    resize() {},
    hangUp() {
      stop()
      if (asked.stdin && closesStdin) main.closeStdin()
      finish({ kind: 'exited', code: 0 })
    },
    ended,
  }
}

/** Runs a command beside a container's main process, and ends it with that one. */
export function execIn(main: MainProcess, launched: Launch, output: ProcessOutput): RemoteProcess {
  let finish: (end: ProcessEnd) => void = () => {}
  const ended = new Promise<ProcessEnd>((resolve) => {
    finish = resolve
  })
  const kill = () => found?.process.signal(9)
  const found = launch(
    launched,
    (text) => output.stdout(Buffer.from(text)),
    (text) => output.stderr(Buffer.from(text)),
    (code) => {
      main.children.delete(kill)
      finish({ kind: 'exited', code })
    },
  )
  main.children.add(kill)
  if (found === undefined) {
    main.children.delete(kill)
    finish({ kind: 'failed', message: notFound(launched.words[0] ?? '') })
  }
  return {
    write: (bytes) => found?.write(bytes),
    closeStdin: () => found?.closeStdin(),
    resize() {},
    hangUp: () => found?.process.signal(launched.tty ? 1 : 9),
    ended,
  }
}

/** What runc says of a command that isn't in the image. */
function notFound(word: string): string {
  const why = word.includes('/')
    ? `exec: ${JSON.stringify(word)}: stat ${word}: no such file or directory`
    : `exec: ${JSON.stringify(word)}: executable file not found in $PATH`
  return `OCI runtime exec failed: exec failed: unable to start container process: ${why}: unknown`
}
