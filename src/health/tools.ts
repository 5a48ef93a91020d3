/** Asks kubectl, found on the PATH: in a block that is Handrail's stand-in. */
import { spawn } from 'node:child_process'
import type { z } from 'zod'
import { printable } from './printable.ts'
import { answerWithinMs } from './thresholds.ts'

/** What a tool answered, or why it did not. */
export type Told<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string }

/** How long a tool may take to go once it was told to, in milliseconds. */
const leaveWithinMs = 1000

/** What kubectl printed. One that takes longer than 5 s is ended: then nothing is known. Never throws. */
export function askKubectl(args: readonly string[]): Promise<Told<string>> {
  return new Promise((resolve) => {
    const child = spawn('kubectl', args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      child.kill('SIGTERM')
      setTimeout(() => child.kill('SIGKILL'), leaveWithinMs).unref()
    }, answerWithinMs)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.on('error', (error) => {
      clearTimeout(timer)
      resolve({ ok: false, why: notStarted(error) })
    })
    child.on('close', (code) => {
      clearTimeout(timer)
      if (isLate) resolve({ ok: false, why: `kubectl did not answer within ${answerWithinMs / 1000} s` })
      else if (code === 0) resolve({ ok: true, value: stdout })
      else resolve({ ok: false, why: lastWords(stderr) || `kubectl ended with exit code ${code}` })
    })
  })
}

/** The same, parsed. */
export async function askKubectlJson<T>(args: readonly string[], shape: z.ZodType<T>): Promise<Told<T>> {
  const told = await askKubectl([...args, '-o', 'json'])
  if (!told.ok) return told
  try {
    const read = shape.safeParse(JSON.parse(told.value))
    return read.success
      ? { ok: true, value: read.data }
      : { ok: false, why: 'kubectl answered with something else' }
  } catch {
    return { ok: false, why: 'kubectl did not answer with JSON' }
  }
}

/** kubectl's last line says what was wrong; those before it are warnings and tries. */
function lastWords(stderr: string): string {
  const last = stderr.trim().split('\n').at(-1) ?? ''
  return printable(last.replace(/^error: /i, ''))
}

function notStarted(error: Error): string {
  const isMissing = 'code' in error && error.code === 'ENOENT'
  return isMissing ? 'kubectl is not on the PATH' : printable(`kubectl: ${error.message}`)
}
