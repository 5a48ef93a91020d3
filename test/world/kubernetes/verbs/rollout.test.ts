/** Rollouts and waiting, as kubectl drives and watches them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Inside, openInside } from '../../inside.ts'

let inside: Inside
beforeAll(async () => {
  inside = await openInside({ speed: 50 })
})
afterAll(async () => {
  await inside.close()
  expect(inside.errors).toEqual([])
})

const image = () =>
  inside.kubectl("get deployment api-green -o jsonpath='{.spec.template.spec.containers[0].image}'")

test('the history names each revision and its cause, and shows one of them', async () => {
  await inside.kubectl('set image deployment/api-green api=loanserve/api:v1.2.2')
  await inside.kubectl('annotate deployment api-green kubernetes.io/change-cause="ship 1.2.2"')
  await inside.kubectl('rollout status deployment/api-green --timeout=20s')
  expect(await inside.until('kubectl rollout history deployment/api-green | grep "3 .*ship"')).toMatch(
    /^3 +ship 1\.2\.2\n$/,
  )
  expect(await inside.kubectl('rollout history deployment/api-green --revision=2')).toContain(
    'loanserve/api:v1.2.1',
  )
})

test('undo goes back one, or to a revision, which becomes the newest', async () => {
  expect(await inside.kubectl('rollout undo deployment/api-green')).toBe(
    'deployment.apps/api-green rolled back\n',
  )
  expect(await image()).toBe('loanserve/api:v1.2.1')
  expect(await inside.kubectl('rollout undo deployment/api-green --to-revision=1')).toBe(
    'deployment.apps/api-green rolled back\n',
  )
  expect(await image()).toBe('loanserve/api:v1.2.0')
  expect(await inside.sh('kubectl rollout undo deployment/api-green --to-revision=99')).toMatchObject({
    code: 1,
    err: 'error: unable to find specified revision 99 in history\n',
  })
})

test('a paused rollout takes no restart until it is resumed', async () => {
  expect(await inside.kubectl('rollout pause deployment/api-green')).toBe(
    'deployment.apps/api-green paused\n',
  )
  expect((await inside.sh('kubectl rollout pause deployment/api-green')).err).toBe(
    'error: deployments.apps "api-green" is already paused\n',
  )
  expect((await inside.sh('kubectl rollout restart deployment/api-green')).err).toBe(
    'error: deployments.apps "api-green" can\'t restart paused deployment (run rollout resume first)\n',
  )
  expect(await inside.kubectl('rollout resume deployment/api-green')).toBe(
    'deployment.apps/api-green resumed\n',
  )
  expect(await inside.kubectl('rollout restart deployment/api-green')).toBe(
    'deployment.apps/api-green restarted\n',
  )
  expect(await inside.kubectl('rollout status deployment/api-green --timeout=30s')).toContain(
    'successfully rolled out',
  )
})

test('wait ends when a condition holds, a field has a value, an object comes or goes, or its time is up', async () => {
  expect(await inside.kubectl('wait --for=condition=Available deployment/api-green --timeout=10s')).toBe(
    'deployment.apps/api-green condition met\n',
  )
  const field = "wait --for=jsonpath='{.spec.replicas}'=1 deployment/api-green --timeout=10s"
  expect(await inside.kubectl(field)).toBe('deployment.apps/api-green condition met\n')
  expect(
    await inside.sh('kubectl wait --for=condition=Nope deployment/api-green --timeout=1s'),
  ).toMatchObject({
    code: 1,
    err: 'error: timed out waiting for the condition on deployments/api-green\n',
  })
  const coming = inside.kubectl('wait --for=create configmap/late --timeout=20s')
  await inside.kubectl('create configmap late')
  expect(await coming).toBe('configmap/late condition met\n')
  // One that is gone before kubectl looks is nothing to wait for: then it says nothing.
  const going = inside.kubectl('wait --for=delete configmap/late --timeout=20s')
  await inside.kubectl('delete configmap late')
  expect(await going).toMatch(/^(configmap\/late condition met\n)?$/)
  expect((await inside.sh('kubectl get configmap late')).err).toContain('"late" not found')
})
