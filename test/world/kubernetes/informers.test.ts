/** Informers of @kubernetes/client-node, which have to hold what the server holds, whatever happens to the wire. */
import { readFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import {
  CoreV1Api,
  type Informer,
  KubeConfig,
  makeInformer,
  type ObjectCache,
  type V1Pod,
} from '@kubernetes/client-node'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isLong } from '../../long.ts'
import { changeCrowd, gatherCrowd } from './crowd.ts'
import { type PracticeApi, startPracticeApi } from './practice-api.ts'

/** `npm run test:long` gathers the crowd that is asked for; a smaller one finds the same faults sooner. */
const size = isLong ? 10_000 : 1_000
const changesPerSecond = 1_000

let api: PracticeApi
let wire: Wire
let informer: Informer<V1Pod> & ObjectCache<V1Pod>
beforeEach(async () => {
  api = await startPracticeApi()
  wire = await layWire(api.server.port)
})
afterEach(async () => {
  await informer.stop()
  await wire.close()
  await api.close()
  expect(api.errors).toEqual([])
})

/** A wire between client and server that can be cut. */
interface Wire {
  readonly port: number
  /** Ends every connection; new ones are refused until `mend`. */
  readonly cut: () => void
  readonly mend: () => void
  readonly close: () => Promise<void>
}

function layWire(port: number): Promise<Wire> {
  const ends = new Set<Socket>()
  let whole = true
  const server = createServer((client) => {
    if (!whole) {
      client.destroy()
      return
    }
    const upstream = connect(port, '127.0.0.1')
    for (const end of [client, upstream]) {
      ends.add(end)
      end
        .on('error', () => {})
        .on('close', () => {
          ends.delete(end)
          client.destroy()
          upstream.destroy()
        })
    }
    client.pipe(upstream).pipe(client)
  })
  const cut = () => {
    whole = false
    for (const end of ends) end.destroy()
  }
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : 0,
        cut,
        mend: () => {
          whole = true
        },
        close: () =>
          new Promise((closed) => {
            cut()
            server.close(() => closed())
          }),
      })
    })
  })
}

/** An informer of the crowd, which is started again when it gives up, as whoever uses one has to. */
function followCrowd(): { readonly lists: () => number } {
  const config = new KubeConfig()
  config.loadFromString(
    readFileSync(api.kubeconfig, 'utf8').replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${wire.port}`),
  )
  const client = config.makeApiClient(CoreV1Api)
  let lists = 0
  informer = makeInformer(config, '/api/v1/namespaces/crowd/pods', () => {
    lists++
    return client.listNamespacedPod({ namespace: 'crowd' })
  })
  informer.on('error', () => {
    setTimeout(() => void informer.start(), 100)
  })
  return { lists: () => lists }
}

/** Changes the crowd at its pace until `until` says that it is enough; gives how many changes were made. */
async function live(turns: { made: number }, until: () => boolean): Promise<void> {
  const begun = performance.now()
  const before = turns.made
  while (!until()) {
    const due = ((performance.now() - begun) / 1000) * changesPerSecond
    while (turns.made - before < due) changeCrowd(api.cluster, 'crowd', size, ++turns.made)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

async function eventually(what: string, holds: () => boolean): Promise<void> {
  const limit = performance.now() + 20_000
  while (!holds()) {
    if (performance.now() > limit) throw new Error(`in 20 s it did not come to this: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** The informer has heard of the crowd's last change. */
function isUpToDate(): boolean {
  const versions = api.cluster.pods.list('crowd').map((pod) => Number(pod.metadata.resourceVersion))
  return informer.list('crowd').length === versions.length && held() >= Math.max(...versions)
}

const held = () =>
  informer.list('crowd').reduce((latest, pod) => Math.max(latest, Number(pod.metadata?.resourceVersion)), 0)

/** Pods that differ between the informer's cache and what the API shows. */
function differences(): readonly string[] {
  const pods = api.cluster.resources.find(({ kind }) => kind === 'Pod')
  const served = new Map((pods?.list('crowd') ?? []).map((item) => [item.meta.name, item]))
  const cached = new Map(informer.list('crowd').map((pod) => [pod.metadata?.name ?? '', pod]))
  return [...new Set([...served.keys(), ...cached.keys()])].filter((name) => {
    const { kind: _kind, apiVersion: _version, ...wanted } = served.get(name)?.wire() ?? {}
    return !isDeepStrictEqual(plain(cached.get(name)), plain(wanted))
  })
}

/** As JSON without what lists leave out, and with times as the server writes them. */
function plain(object: unknown): unknown {
  if (object === undefined) return undefined
  const {
    kind: _kind,
    apiVersion: _version,
    ...rest
  } = JSON.parse(JSON.stringify(object).replaceAll('.000Z"', 'Z"'))
  return rest
}

test(`an informer stays in step with ${size} pods at 1,000 changes a second, through a dropped connection and a 410`, async () => {
  gatherCrowd(api.cluster, 'crowd', 0, size)
  const { lists } = followCrowd()
  await informer.start()
  expect(lists()).toBe(1)
  const turns = { made: 0 }

  await live(turns, () => turns.made >= 2_000)
  await eventually('the informer is up to date', isUpToDate)
  expect(differences()).toEqual([])

  // A connection that breaks is taken up again where it was, without another list.
  wire.cut()
  wire.mend()
  await live(turns, () => turns.made >= 4_000)
  await eventually('the informer is up to date after the break', isUpToDate)
  expect(lists()).toBe(1)
  expect(differences()).toEqual([])

  // While it is cut off, more happens than the server keeps: it is told that it is too late, and lists again.
  wire.cut()
  for (let turn = 0; turn < 10_000; turn++) changeCrowd(api.cluster, 'crowd', size, ++turns.made)
  wire.mend()
  await live(turns, () => lists() > 1)
  await live(turns, () => turns.made >= 16_000)
  await eventually('the informer is up to date after the 410', isUpToDate)
  expect(lists()).toBeGreaterThan(1)
  expect(differences()).toEqual([])
}, 60_000)
