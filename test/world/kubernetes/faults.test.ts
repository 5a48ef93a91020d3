/** Writes that are answered and not stored, and watches that fall silent. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createFaults, type Faults } from '../../../src/world/faults.ts'
import { at, type PracticeApi, startPracticeApi } from './practice-api.ts'

const run = promisify(execFile)
const services = '/api/v1/namespaces/test/services'
const merge = { 'content-type': 'application/merge-patch+json' }

let api: PracticeApi
let faults: Faults
beforeEach(async () => {
  faults = createFaults()
  api = await startPracticeApi({ faults })
  const spec = { selector: { color: 'blue' }, ports: [{ port: 80 }] }
  for (const name of ['api-main', 'other']) await api.call('POST', services, { metadata: { name }, spec })
})
afterEach(async () => {
  await api.close()
  expect(api.errors).toEqual([])
})

const color = async (name: string) =>
  at((await api.call('GET', `${services}/${name}`)).json, 'spec', 'selector', 'color')

test('an ignored write is answered as if it were done, stores nothing, and no watch hears of it', async () => {
  faults.set({ ignoredWrites: ['services/api-main'] })
  const before = api.cluster.version()
  const heard: unknown[] = []
  api.cluster.services.subscribe((change) => heard.push(change))
  const switched = await api.call(
    'PATCH',
    `${services}/api-main`,
    { spec: { selector: { color: 'green' } } },
    merge,
  )
  expect(switched).toMatchObject({ code: 200, json: { spec: { selector: { color: 'green' } } } })
  expect(Number(at(switched.json, 'metadata', 'resourceVersion'))).toBeGreaterThan(before)
  expect((await api.call('DELETE', `${services}/api-main`)).code).toBe(200)
  expect((await api.call('DELETE', services)).code).toBe(200)
  expect(await color('api-main')).toBe('blue')
  expect(heard).toHaveLength(1)
  expect((await api.call('GET', `${services}/other`)).code).toBe(404)
})

test('kubectl says that the write was done, and finds the old state', async () => {
  faults.set({ ignoredWrites: ['services/api-main'] })
  const env = { PATH: process.env.PATH, HOME: '/nonexistent', KUBECONFIG: api.kubeconfig }
  const patch = ['patch', 'service', 'api-main', '-p', '{"spec":{"selector":{"color":"green"}}}']
  expect((await run('kubectl', patch, { env })).stdout).toBe('service/api-main patched\n')
  expect(await color('api-main')).toBe('blue')
  faults.set({ ignoredWrites: [] })
  await run('kubectl', patch, { env })
  expect(await color('api-main')).toBe('green')
})

test('a silent watch stays open, takes new clients and sends nothing, not even bookmarks', async () => {
  const change = () =>
    api.call(
      'PATCH',
      `${services}/other`,
      { metadata: { labels: { at: String(api.cluster.version()) } } },
      merge,
    )
  const path = `${services}?watch=true&allowWatchBookmarks=true&resourceVersion=${api.cluster.version()}`
  faults.set({ watchesSilent: true })
  let opened = 0
  const silent = [path, `${path}&timeoutSeconds=1`, `${services}?watch=true&timeoutSeconds=1`].map((each) =>
    api.watch(each, () => true, { onOpen: () => opened++ }),
  )
  await expect.poll(() => opened).toBe(3)
  await change()
  // Those with a time limit end by it, having heard nothing.
  expect(await silent[1]).toEqual([])
  expect(await silent[2]).toEqual([])
  faults.set({ watchesSilent: false })
  await change()
  expect(await silent[0]).toHaveLength(1)
})
