/** ops/k8s: applied to a cluster without LoanServe they make the world of the guide. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ended, type Scene, setScene } from '../e2e/program.ts'
import { worldShape } from '../e2e/world-shape.ts'

let scene: Scene
beforeAll(async () => {
  scene = await setScene({ speed: 30 })
})
afterAll(() => scene.close())

async function sh(script: string): Promise<string> {
  const { code, stdout, stderr } = await ended('bash', ['-euo', 'pipefail', '-c', script], { ...scene.env })
  expect(code, `${script}\n${stderr}`).toBe(0)
  return stdout
}

/** Without what kubectl apply remembers, which a Secret made by hand has not, and the address that the cluster gives. */
function without(shape: Readonly<Record<string, unknown>>): unknown {
  return JSON.parse(
    JSON.stringify(shape, (key, value) =>
      ['annotations', 'clusterIP', 'clusterIPs'].includes(key) ? undefined : value,
    ),
  )
}

test('an empty cluster becomes the world of the guide, object by object, and users are served', async () => {
  const before = await worldShape(scene)
  await sh('kubectl delete namespace loanserve --timeout=60s')
  await sh('kubectl apply -f ops/k8s/loanserve')
  // As secret.template.yaml says: the value stands on no command line and in no file.
  await sh(`printf '%s' "$DATABASE_URL" |
    kubectl create secret generic loanserve-secrets -n loanserve --from-file=DATABASE_URL=/dev/stdin`)
  await sh(
    'for color in blue green; do kubectl rollout status deployment/api-$color -n loanserve --timeout=60s; done',
  )
  await expect
    .poll(async () => without(await worldShape(scene)), { timeout: 20_000 })
    .toEqual(without(before))
  await expect.poll(() => sh('curl -sS -o /dev/null -w "%{http_code}" "$API_URL/healthz"')).toBe('200')
})

test('the secret is a template: as it stands it leads nowhere, and applying the folder leaves it alone', async () => {
  expect(await sh('cat ops/k8s/secret.template.yaml')).toContain('USER:PASSWORD@HOST')
  expect(await sh('kubectl apply --dry-run=client -o name -f ops/k8s/loanserve')).not.toContain('secret')
})

test('in maintenance everybody gets the page, with 503 and when to come again, and then the application', async () => {
  await sh('kubectl apply -f ops/k8s/maintenance-mode.yaml')
  await sh('kubectl rollout status deployment/maintenance -n loanserve --timeout=30s')
  await expect
    .poll(() => sh('curl -sS -i "$API_URL/api/loans"'), { timeout: 10_000 })
    .toContain('being maintained')
  const answer = await sh('curl -sS -i "$API_URL/"')
  expect(answer).toMatch(/^HTTP\/1\.1 503/)
  expect(answer.toLowerCase()).toContain('retry-after: 300')
  await sh('kubectl apply -f ops/k8s/loanserve/ingress.yaml')
  expect(await sh('curl -sS -o /dev/null -w "%{http_code}" "$API_URL/healthz"')).toBe('200')
})
