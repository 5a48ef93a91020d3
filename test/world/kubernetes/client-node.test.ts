/** @kubernetes/client-node, as the live status uses it. */
import { readFileSync } from 'node:fs'
import { AppsV1Api, KubeConfig, Watch } from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asJsonObject } from '../../../src/world/kubernetes/record.ts'
import { at, type PracticeApi, post, startPracticeApi } from './practice-api.ts'

let api: PracticeApi
let config: KubeConfig
beforeAll(async () => {
  api = await startPracticeApi()
  config = new KubeConfig()
  config.loadFromString(readFileSync(api.kubeconfig, 'utf8'))
})
afterAll(() => api.close())

const deployment = {
  metadata: { name: 'api' },
  spec: {
    selector: { matchLabels: { app: 'api' } },
    template: { metadata: { labels: { app: 'api' } }, spec: { containers: [{ name: 'api', image: 'a:1' }] } },
  },
}

test('a typed client lists what is there', async () => {
  post(api.cluster, 'Deployment', 'test', deployment)
  const list = await config.makeApiClient(AppsV1Api).listNamespacedDeployment({ namespace: 'test' })
  expect(list.items.map((item) => [item.metadata?.name, item.spec?.replicas])).toEqual([['api', 1]])
  expect(list.metadata?.resourceVersion).toBe(String(api.cluster.version()))
})

test('a watch hears changes until it is ended', async () => {
  const heard: unknown[] = []
  const version = String(api.cluster.version())
  await new Promise<void>((resolve, reject) => {
    new Watch(config)
      .watch(
        '/api/v1/namespaces/test/configmaps',
        { resourceVersion: version, allowWatchBookmarks: true },
        (type, object) => {
          heard.push([type, at(asJsonObject(object), 'metadata', 'name')])
          if (heard.length === 2) resolve()
        },
        (error) => {
          if (heard.length < 2) reject(error)
        },
      )
      .then((controller) => {
        post(api.cluster, 'ConfigMap', 'test', { metadata: { name: 'a' } })
        api.cluster.configMaps.remove('test', 'a')
        return controller
      })
      .catch(reject)
  })
  expect(heard).toEqual([
    ['ADDED', 'a'],
    ['DELETED', 'a'],
  ])
})
