/** A world is saved, ended, and goes on in another process's stead. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSavedWorld } from '../../src/world/snapshot.ts'
import { type Inside, openInside } from './inside.ts'

const definition = `{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"lamps.home.example"},
  "spec":{"group":"home.example","scope":"Namespaced","names":{"plural":"lamps","singular":"lamp","kind":"Lamp"},
  "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object",
  "properties":{"spec":{"type":"object","properties":{"lit":{"type":"boolean"}}}}}}}]}}`

let scratch = ''
let inside: Inside | undefined
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'handrail-snapshot-'))
})
afterAll(async () => {
  await inside?.close()
  await rm(scratch, { recursive: true, force: true })
})

const pods =
  'kubectl get pods --no-headers -o custom-columns=N:.metadata.name,R:.status.containerStatuses[0].restartCount'

test('everything is there again: objects, pods at their moment, logs, data, the account; and it goes on', async () => {
  const directory = join(scratch, 'night')
  const before = await openInside({ speed: 10 })
  inside = before
  await before.kubectl('set image deployment/api-green api=loanserve/api:v1.3.0-crash')
  await before.sh(
    `kubectl apply -f - <<< '${definition}'; kubectl wait --for=condition=Established crd/lamps.home.example`,
  )
  await before.sh(
    `kubectl apply -f - <<< '{"apiVersion":"home.example/v1","kind":"Lamp","metadata":{"name":"desk"},"spec":{"lit":true}}'`,
  )
  await before.kubectl('create configmap mine --from-literal=key=kept')
  await before.sh(`psql "$DATABASE_URL" -qc "update loans set outstanding_cents = 77 where id = 'LN-10005'"`)
  await before.until('kubectl get pods -l color=green | grep CrashLoopBackOff')
  const version = await before.kubectl(
    'get configmap mine -o jsonpath={.metadata.uid}/{.metadata.resourceVersion}',
  )
  expect(await before.world.answers.save?.({ ask: 'save', directory })).toBe(directory)
  const shape = await before.sh(pods)
  await before.close()

  const after = await openInside({ saved: directory })
  inside = after
  expect((await after.sh(pods)).out.split('\n').map((line) => line.split(/\s+/)[0])).toEqual(
    shape.out.split('\n').map((line) => line.split(/\s+/)[0]),
  )
  expect(
    await after.kubectl('get configmap mine -o jsonpath={.metadata.uid}/{.metadata.resourceVersion}'),
  ).toBe(version)
  expect(await after.kubectl('get lamp desk -o jsonpath={.spec.lit}')).toBe('true')
  expect(await after.until('kubectl logs -l color=green --tail=20 | grep uncaught')).toContain(
    'uncaught exception, exiting',
  )
  const loan = `psql "$DATABASE_URL" -Atc "select outstanding_cents from loans where id = 'LN-10005'"`
  expect((await after.sh(loan)).out).toBe('77\n')
  expect((await after.sh('curl -s "$API_URL/api/loans/LN-10005"')).out).toContain('"outstanding_cents":77')

  // It lives on: the pod crashes again, and the way back is open.
  const restarts =
    'kubectl get pods -l color=green -o jsonpath={.items[*].status.containerStatuses[0].restartCount}'
  const then = (await after.sh(restarts)).out
  await after.until(`test "$(${restarts})" != "${then}"`)
  await after.kubectl('rollout undo deployment/api-green')
  await after.kubectl('rollout status deployment/api-green --timeout=20s')
  expect(await after.kubectl('get deployment api-green -o jsonpath={..image}')).toBe('loanserve/api:v1.2.1')
  expect(after.errors).toEqual([])
}, 90_000)

test('a directory that holds something is left alone, and one that holds no world is told so', async () => {
  const full = await mkdtemp(join(scratch, 'full-'))
  await writeFile(join(full, 'notes.txt'), 'mine')
  await expect(inside?.world.answers.save?.({ ask: 'save', directory: full })).rejects.toThrow(
    `${full} is not empty. Nothing was written`,
  )
  await expect(readSavedWorld(full)).rejects.toThrow('holds no saved world')
  await writeFile(join(full, 'world.bin'), 'junk')
  await expect(readSavedWorld(full)).rejects.toThrow('was not written by this version')
})
