/** Asks pods themselves, past the Service: through `kubectl port-forward`, which needs nothing in their image. */
import { spawn } from 'node:child_process'
import { ask } from './ask.ts'
import type { Pod } from './objects.ts'
import type { Answer } from './page.ts'
import { printable } from './printable.ts'
import { answerWithinMs } from './thresholds.ts'

/** Where an application listens whose container names no port. */
const usualPort = 8080

/** Asks each pod for the path, all at the same time. Never throws, and leaves nothing running. */
export async function askPods(
  pods: readonly Pod[],
  namespace: readonly string[],
  path: string,
): Promise<readonly Answer[]> {
  return await Promise.all(pods.map((pod) => askPod(pod, namespace, path)))
}

function askPod(pod: Pod, namespace: readonly string[], path: string): Promise<Answer> {
  const name = pod.metadata.name
  const port = pod.spec.containers.flatMap(({ ports }) => ports)[0]?.containerPort ?? usualPort
  const args = ['port-forward', ...namespace, '--address', '127.0.0.1', `pod/${name}`, `:${port}`]
  const begun = performance.now()
  return new Promise((resolve) => {
    const child = spawn('kubectl', args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let printed = ''
    let complained = ''
    let isAsked = false
    const end = (answer: Answer) => {
      clearTimeout(timer)
      child.kill('SIGTERM')
      resolve(answer)
    }
    const none = (why: string) => end({ kind: 'none', why, ms: performance.now() - begun })
    const timer = setTimeout(
      () => none(`${name}: no way to its port within ${answerWithinMs / 1000} s`),
      answerWithinMs,
    )
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complained += text
    })
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      const local = /Forwarding from 127\.0\.0\.1:(\d+)/.exec(printed)?.[1]
      if (local === undefined || isAsked) return
      isAsked = true
      clearTimeout(timer)
      void ask(`http://127.0.0.1:${local}${path}`).then((answer) => {
        // A port that nobody listens on shows as a connection that is cut, with the reason on kubectl's stderr.
        const refused = /connection refused/i.test(complained)
        end(
          answer.kind === 'none'
            ? { ...answer, why: `${name}: ${refused ? 'it does not listen' : answer.why}` }
            : answer,
        )
      })
    })
    child.on('error', (error) => none(`kubectl: ${printable(error.message)}`))
    child.on('close', () => {
      if (!isAsked)
        none(
          `${name}: ${
            printable(
              complained
                .trim()
                .split('\n')
                .at(-1)
                ?.replace(/^error: /, '') ?? '',
            ) || 'its port can not be reached'
          }`,
        )
    })
  })
}
