/** Asks pods themselves, past the Service: through `kubectl port-forward`, which needs nothing in their image. */
import { spawn } from 'node:child_process'
import type { Answers } from './answers.ts'
import { ask } from './ask.ts'
import type { Pod } from './objects.ts'
import type { Answer } from './page.ts'
import { printable } from './printable.ts'
import { answerWithinMs } from './thresholds.ts'

/** Where an application listens whose container names no port. */
const usualPort = 8080

/**
 * Asks each pod for the path, all at the same time. A pod that doesn't run or listen has given no answer; where no way to
 * a pod could be opened, nobody was asked. Never throws, and leaves nothing running.
 */
export async function askPods(
  pods: readonly Pod[],
  namespace: readonly string[],
  path: string,
): Promise<Answers> {
  const asked = await Promise.all(pods.map((pod) => askPod(pod, namespace, path)))
  const unasked = asked.find((each) => 'unasked' in each)
  return unasked ?? asked.flatMap((each) => ('unasked' in each ? [] : [each]))
}

type Asked = Answer | { readonly unasked: string }

function askPod(pod: Pod, namespace: readonly string[], path: string): Promise<Asked> {
  const { name } = pod.metadata
  const port = pod.spec.containers.flatMap(({ ports }) => ports)[0]?.containerPort ?? usualPort
  const args = ['port-forward', ...namespace, '--address', '127.0.0.1', `pod/${name}`, `:${port}`]
  const begun = performance.now()
  return new Promise((resolve) => {
    const child = spawn('kubectl', args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let printed = ''
    let complained = ''
    let isOpen = false
    const end = (asked: Asked) => {
      clearTimeout(timer)
      child.kill('SIGTERM')
      resolve(asked)
    }
    const timer = setTimeout(
      () => end({ unasked: `no way to ${name} within ${answerWithinMs / 1000} s` }),
      answerWithinMs,
    )
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complained += text
    })
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      const local = /Forwarding from 127\.0\.0\.1:(\d+)/.exec(printed)?.[1]
      if (local === undefined || isOpen) return
      isOpen = true
      clearTimeout(timer)
      void ask(`http://127.0.0.1:${local}${path}`).then((answer) => end(answerOf(name, answer, complained)))
    })
    child.on('error', (error) => end({ unasked: printable(`kubectl: ${error.message}`) }))
    child.on('close', () => {
      if (!isOpen) end(unopened(name, complained, performance.now() - begun))
    })
  })
}

/** A port that nobody listens on shows as a connection that is cut, with the reason on kubectl's stderr. */
function answerOf(name: string, answer: Answer, complained: string): Answer {
  if (answer.kind === 'answered') return answer
  const why = /connection refused/i.test(complained) ? 'it does not listen' : answer.why
  return { ...answer, why: `${name}: ${why}` }
}

/** kubectl has ended before there was a way: the pod's fault, or nobody knows. In a dry run it opens none. */
function unopened(name: string, complained: string, ms: number): Asked {
  if (/pod is not running/.test(complained)) return { kind: 'none', why: `${name} does not run`, ms }
  const last = complained.trim().split('\n').at(-1) ?? ''
  const why = printable(last.replace(/^error: /, ''))
  return { unasked: `no way to ${name}${why === '' ? '' : `: ${why}`}` }
}
