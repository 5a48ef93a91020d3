/**
 * Stands in kubectl's or aws's place on the PATH of a block: announces its command to Handrail, waits for the answer,
 * and becomes the real tool. Without an answer it runs nothing. It starts once for each command, so it loads nothing
 * that it doesn't need.
 *   stand-in.cjs DIRECTORY TOOL [ARGUMENT…]
 */
import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { isExecutableFile, which } from './which.ts'

/** As coreutils' `env` and `timeout` have it: the wrapper failed; found but can't be run; not found. */
const refused = 125
const notRunnable = 126
const notFound = 127

const [, , directory = '', tool = '', ...argv] = process.argv

function say(stream: 1 | 2, text: string) {
  const bytes = Buffer.from(`${text}\n`)
  for (let at = 0; at < bytes.length; ) at += writeSync(stream, bytes, at)
}

function refuse(why: string, code = refused): never {
  say(2, `not run: ${tool} ${argv.join(' ')}`)
  say(2, why)
  process.exit(code)
}

/** The answer of Handrail, or an empty text when there is none. */
function ask(question: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(join(directory, 'socket'), () => socket.write(`${question}\n`))
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      answer += chunk
    })
    socket.on('error', () => resolve(''))
    socket.on('close', () => resolve(answer))
  })
}

/**
 * Replaces this process: the same pid, the same open files, so that signals and pipes are the tool's own. An execve that
 * fails would end Node with a stack trace, so what would make it fail is looked at before. A script without a first line
 * that names its interpreter is given to sh, as shells do.
 */
function become(words: readonly string[]): never {
  const path = which(tool, process.env.PATH ?? '', directory)
  if (path === undefined) {
    refuse(
      `${tool} is not installed, or not on the PATH behind Handrail's stand-in. Install it and try again.`,
      notFound,
    )
  }
  if (process.execve === undefined) refuse('Handrail needs Node 24 for this: this Node has no execve.')
  const beginning = firstBytes(path)
  if (!beginning.startsWith('#!') && !beginning.includes('\0')) {
    process.execve('/bin/sh', ['sh', path, ...words], process.env)
  }
  if (beginning.startsWith('#!') && !isExecutableFile(interpreterIn(beginning))) {
    refuse(`${path} can't be run: its first line names a program that isn't there.`, notRunnable)
  }
  process.execve(path, [tool, ...words], process.env)
  process.exit(notRunnable)
}

function interpreterIn(beginning: string): string {
  return beginning.slice(2).trimStart().split(/\s/, 1)[0] ?? ''
}

function firstBytes(path: string): string {
  const buffer = Buffer.alloc(256)
  try {
    const file = openSync(path, 'r')
    const length = readSync(file, buffer)
    closeSync(file)
    return buffer.toString('latin1', 0, length)
  } catch {
    // A program that may be run but not read is no script: scripts have to be read.
    return '\0'
  }
}

function token(): string {
  try {
    return readFileSync(join(directory, 'token'), 'utf8')
  } catch {
    return ''
  }
}

async function main(): Promise<void> {
  const answer = await ask(
    JSON.stringify({
      token: token(),
      tool,
      argv,
      cwd: process.cwd(),
      kubeconfig: process.env.KUBECONFIG,
      awsProfile: process.env.AWS_PROFILE,
    }),
  )
  const [act, ...words] = parsedWords(answer)
  if (act === 'run') become(words)
  else if (act === 'print') say(1, words.join('\n'))
  else
    refuse(
      words.join('\n') ||
        'Handrail could not be asked: the block it belongs to is over. Nothing was done by this command.',
    )
}

/** The answer is a list of words, the first of which says what to do with the others. */
function parsedWords(text: string): readonly string[] {
  try {
    const words: unknown = JSON.parse(text)
    return Array.isArray(words) ? words.map(String) : []
  } catch {
    return []
  }
}

void main()
