import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { type PracticeWorld, startPracticeWorld } from '../../src/commands/practice-world.ts'

const run = promisify(execFile)
const conformance = fileURLToPath(new URL('../../../shared/conformance/', import.meta.url))

let world: PracticeWorld | undefined
afterEach(async () => {
  await world?.close()
  world = undefined
})

/** What a shell script prints in a new world, with its exit code. */
async function play(speed: number, script: string): Promise<{ code: number; out: string }> {
  world = await startPracticeWorld({ speed })
  try {
    const { stdout, stderr } = await run('bash', ['-c', script], { env: { ...process.env, ...world.env } })
    return { code: 0, out: stdout + stderr }
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !('stdout' in error) || !('stderr' in error))
      throw error
    return { code: Number(error.code), out: `${error.stdout}${error.stderr}` }
  }
}

test('rollout status ends by itself, undo goes back one revision, and history tells both', async () => {
  const { code, out } = await play(
    10,
    `set -e
    kubectl set image deployment/api-green api=loanserve/api:v1.2.3
    kubectl rollout status deployment/api-green --timeout=30s | tail -1
    kubectl rollout undo deployment/api-green
    kubectl rollout status deployment/api-green --timeout=30s | tail -1
    kubectl get deployment api-green -o jsonpath='{.spec.template.spec.containers[0].image}{"\\n"}'
    kubectl rollout history deployment/api-green | awk 'NR>2 {print $1}' | xargs`,
  )
  expect({ code, lines: out.trim().split('\n') }).toEqual({
    code: 0,
    lines: [
      'deployment.apps/api-green image updated',
      'deployment "api-green" successfully rolled out',
      'deployment.apps/api-green rolled back',
      'deployment "api-green" successfully rolled out',
      'loanserve/api:v1.2.1',
      '1 3 4',
    ],
  })
})

test('pause, resume, restart and scale do what kubectl says they did', async () => {
  const { code, out } = await play(
    10,
    `set -e
    kubectl rollout pause deployment/api-blue
    kubectl set image deployment/api-blue api=loanserve/api:v1.2.3
    kubectl rollout resume deployment/api-blue
    kubectl rollout status deployment/api-blue --timeout=30s | tail -1
    kubectl rollout restart deployment/api-blue
    kubectl rollout status deployment/api-blue --timeout=30s | tail -1
    kubectl scale deployment api-blue --replicas=5
    kubectl rollout status deployment/api-blue --timeout=30s | tail -1
    kubectl get deployment api-blue -o jsonpath='{.status.readyReplicas} {.spec.template.spec.containers[0].image}{"\\n"}'
    kubectl describe deployment api-blue | grep -c 'Scaled up replica set api-blue-'`,
  )
  expect(code).toBe(0)
  expect(out).toContain('deployment.apps/api-blue restarted')
  expect(out.match(/successfully rolled out/g)).toHaveLength(3)
  expect(out).toContain('5 loanserve/api:v1.2.3')
})

test('a crash image makes rollout status time out while the traffic stays, and its logs say why', async () => {
  const { code, out } = await play(
    10,
    `before=$(kubectl get endpointslices -l kubernetes.io/service-name=api-main -o jsonpath='{.items[*].endpoints[*].addresses[0]}')
    kubectl set image deployment/api-blue api=loanserve/api:v1.2.3-crash
    kubectl rollout status deployment/api-blue --timeout=3s; echo "status=$?"
    after=$(kubectl get endpointslices -l kubernetes.io/service-name=api-main -o jsonpath='{range .items[*].endpoints[?(@.conditions.ready==true)]}{.addresses[0]}{" "}{end}')
    [ "$before " = "$after" ] && echo "the traffic stayed"
    # Between two crashes it runs for a moment.
    for try in $(seq 50); do kubectl get pods -l color=blue | grep -E 'CrashLoopBackOff|Error' && break; sleep 0.1; done
    pod=$(kubectl get pods -l color=blue -o jsonpath='{.items[?(@.spec.containers[0].image=="loanserve/api:v1.2.3-crash")].metadata.name}')
    kubectl logs "$pod" --previous | grep -o 'uncaught exception'
    curl -fsS "$API_URL/healthz" | grep -o '"status":"ok"' | head -1`,
  )
  expect(code).toBe(0)
  expect(out).toContain('status=1')
  expect(out).toContain('error: timed out waiting for the condition')
  expect(out).toContain('the traffic stayed')
  expect(out).toMatch(/0\/1 +(CrashLoopBackOff|Error)/)
  expect(out).toContain('uncaught exception')
  expect(out).toContain('"status":"ok"')
})

test('a watch shows a pod come and go, and a followed log ends with its container', async () => {
  const { out } = await play(
    5,
    `timeout 10 kubectl get pods -w -l color=green --no-headers > "$KUBECONFIG.watch" &
    timeout 10 kubectl logs -f deployment/api-green > "$KUBECONFIG.log" &
    followed=$!
    until [ -s "$KUBECONFIG.watch" ] && [ -s "$KUBECONFIG.log" ]; do sleep 0.05; done
    kubectl delete pod -l color=green --wait=true >/dev/null
    wait $followed; echo "follow=$?"
    kubectl rollout status deployment/api-green --timeout=20s >/dev/null
    until [ "$(awk '{print $3}' "$KUBECONFIG.watch" | tail -1)" = Running ]; do sleep 0.05; done
    awk '{print $2, $3}' "$KUBECONFIG.watch" | uniq | paste -sd, -
    tail -1 "$KUBECONFIG.log"
    kill %1`,
  )
  expect(out).toContain('follow=0')
  expect(out).toMatch(/1\/1 Running,1\/1 Terminating/)
  expect(out).toContain('0/1 ContainerCreating')
  expect(out).toContain('"msg":"stopped"')
})

test.runIf(existsSync(conformance))(
  "the guide's commands print what a real control plane printed",
  async () => {
    const { out } = await play(1, `${conformance}run.sh ${conformance}seed.cases`)
    expect(out).toBe(await readFile(`${conformance}seed.golden`, 'utf8'))
  },
  120_000,
)

test.runIf(existsSync(conformance))(
  'what operators do beyond the guide prints what it has printed before, read by a person',
  async () => {
    const cases = fileURLToPath(new URL('./kubernetes/cases/', import.meta.url))
    const { out } = await play(5, `${conformance}run.sh ${cases}verbs.cases`)
    expect(out).toBe(await readFile(`${cases}verbs.golden`, 'utf8'))
  },
)
