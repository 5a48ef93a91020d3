/** Deleting, in all the ways that kubectl has for it. */
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

const names = (selector: string) => inside.kubectl(`get deployments,replicasets,pods -l ${selector} -o name`)

/** What newer kubectls say more than older ones: where an object was. */
const unplaced = (text: string) => text.replaceAll(' from loanserve namespace', '')

const remove = async (line: string) => unplaced(await inside.kubectl(line))

async function deploy(name: string): Promise<void> {
  await inside.kubectl(`create deployment ${name} --image=nginx:1.29 --replicas=2`)
  await inside.kubectl(`rollout status deployment/${name} --timeout=20s`)
}

test('orphans stay when their owner goes, and go with the next owner', async () => {
  await deploy('left')
  expect(await remove('delete deployment left --cascade=orphan')).toBe('deployment.apps "left" deleted\n')
  expect(await names('app=left')).toMatch(/^replicaset\.apps\/left-\w+\npod\/left-\S+\npod\/left-\S+\n$/)
  await inside.kubectl('delete replicasets -l app=left --cascade=foreground')
  expect(await names('app=left')).toBe('')
})

test('in the foreground the owner goes last, in the background first', async () => {
  await deploy('front')
  await inside.kubectl('delete deployment front --cascade=foreground')
  expect(await names('app=front')).toBe('')
  await deploy('back')
  await inside.kubectl('delete deployment back --cascade=background')
  expect(await inside.kubectl('get deployments -l app=back -o name')).toBe('')
  await inside.until('test -z "$(kubectl get pods -l app=back -o name)"')
})

test('a pod ends within its grace, or at once by force', async () => {
  await inside.kubectl('run calm --image=nginx:1.29')
  await inside.kubectl('wait --for=condition=Ready pod/calm --timeout=20s')
  expect(await remove('delete pod calm --grace-period=1')).toBe('pod "calm" deleted\n')
  await inside.kubectl('run hasty --image=nginx:1.29')
  await inside.kubectl('wait --for=condition=Ready pod/hasty --timeout=20s')
  const forced = await inside.sh('kubectl delete pod hasty --grace-period=0 --force')
  expect(unplaced(forced.out)).toBe('pod "hasty" force deleted\n')
  expect(forced.err).toContain('Immediate deletion does not wait for confirmation')
  expect((await inside.sh('kubectl get pod hasty')).err).toBe(
    'Error from server (NotFound): pods "hasty" not found\n',
  )
})

test('a finalizer holds an object until it is taken off', async () => {
  await inside.kubectl('create configmap held')
  await inside.kubectl(
    `patch configmap held --type=merge -p '{"metadata":{"finalizers":["example.com/hold"]}}'`,
  )
  expect(await remove('delete configmap held --wait=false')).toBe('configmap "held" deleted\n')
  expect(await inside.kubectl("get configmap held -o jsonpath='{.metadata.deletionTimestamp}'")).toMatch(
    /^\d{4}-/,
  )
  const waiting = await inside.sh('kubectl delete configmap held --timeout=1s')
  expect(waiting.err).toContain('error: timed out waiting for the condition on configmaps/held')
  await inside.kubectl(
    `patch configmap held --type=json -p '[{"op":"remove","path":"/metadata/finalizers"}]'`,
  )
  expect((await inside.sh('kubectl get configmap held')).code).toBe(1)
})

test('many go by label or all at once, none by a dry run', async () => {
  for (const name of ['a', 'b', 'c']) await inside.kubectl(`create secret generic ${name}`)
  await inside.kubectl('label secrets a b batch=one')
  expect(await remove('delete secrets -l batch=one --dry-run=server')).toBe(
    'secret "a" deleted (server dry run)\nsecret "b" deleted (server dry run)\n',
  )
  expect(await remove('delete secrets -l batch=one')).toBe('secret "a" deleted\nsecret "b" deleted\n')
  expect(await remove('delete secrets -l batch=one')).toBe('No resources found\n')
  expect(await remove('delete secrets --all')).toContain('secret "c" deleted\n')
  expect(await inside.kubectl('get secrets -o name')).toBe('')
})

test('a deletion goes through only if it means the object and the version that are there', async () => {
  await inside.kubectl('create configmap meant')
  const path = '/api/v1/namespaces/loanserve/configmaps/meant'
  const removeIf = (preconditions: unknown) =>
    inside.sh(
      `kubectl delete --raw ${path} -f - <<< '${JSON.stringify({ apiVersion: 'v1', kind: 'DeleteOptions', preconditions })}'`,
    )
  const [uid, version] = (
    await inside.kubectl("get configmap meant -o jsonpath='{.metadata.uid} {.metadata.resourceVersion}'")
  ).split(' ')
  const refused = 'Error from server (Conflict): Operation cannot be fulfilled on configmaps "meant": '
  expect((await removeIf({ uid: 'other' })).err).toBe(
    `${refused}Precondition failed: UID in precondition: other, UID in object meta: ${uid}\n`,
  )
  expect((await removeIf({ resourceVersion: '1' })).err).toBe(
    `${refused}the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (${version}). The object might have been modified\n`,
  )
  expect((await removeIf({ uid, resourceVersion: version })).code).toBe(0)
})
