/** One night of practice on a clock that a test moves by hand: the world, its scenario, and an operator in it. */
import { Buffer } from 'node:buffer'
import { onTestFinished } from 'vitest'
import { type Act, createActs } from '../../../src/world/acts.ts'
import { createApplications } from '../../../src/world/app/applications.ts'
import { openFrontDoor } from '../../../src/world/app/front-door.ts'
import { createLoad } from '../../../src/world/app/load.ts'
import type { Databases } from '../../../src/world/database/databases.ts'
import { createFaults } from '../../../src/world/faults.ts'
import type { Cluster } from '../../../src/world/kubernetes/cluster.ts'
import { createDeleter } from '../../../src/world/kubernetes/deletion.ts'
import { asJsonObject, type JsonObject } from '../../../src/world/kubernetes/record.ts'
import { answerAndTell } from '../../../src/world/kubernetes/tell-act.ts'
import { admin, createUsers } from '../../../src/world/kubernetes/users.ts'
import { createRandom } from '../../../src/world/random.ts'
import { createChance } from '../../../src/world/scenarios/chance.ts'
import { editContainer } from '../../../src/world/scenarios/edits.ts'
import type { Play, ScenarioDatabase } from '../../../src/world/scenarios/scenario.ts'
import { findScenario } from '../../../src/world/scenarios/scenarios.ts'
import { type ScenarioRun, settlingTime, startScenario } from '../../../src/world/scenarios/start.ts'
import type { ScenarioReport } from '../../../src/world/scoring/report.ts'
import { createWorld, type World } from '../../../src/world/world.ts'
import { noon } from '../practice.ts'

export interface Night {
  readonly world: World
  readonly play: Play
  /** The image that the briefing asks for. */
  readonly image: string
  readonly run: ScenarioRun
  /** Moves the clock by so many seconds. */
  readonly pass: (seconds: number) => void
  /** Moves the clock until something holds; fails after ten minutes. */
  readonly until: (holds: () => boolean) => void
  /** The colors that users are sent to. */
  readonly traffic: () => readonly string[]
  readonly phase: () => string
  readonly operator: Operator
  readonly score: () => ScenarioReport
}

/** What an operator can do, by the requests that kubectl would make. */
interface Operator {
  readonly get: (path: string) => JsonObject
  readonly patch: (path: string, patch: JsonObject) => JsonObject
  readonly jsonPatch: (path: string, patch: readonly JsonObject[]) => JsonObject
  readonly remove: (path: string, options?: JsonObject) => void
  readonly setImage: (color: string, image: string) => void
  readonly scale: (color: string, replicas: number) => void
  readonly switchTo: (color: string) => void
  readonly restart: (color: string) => void
  /** Looks at the pods, as `kubectl get pods`. */
  readonly pods: () => void
  /** Asks the application and waits for its answer: gives the status, 503 or 502 where no pod gave one. */
  readonly curl: (path: string) => number
  readonly aws: (action: string, parameters: Readonly<Record<string, string>>) => void
}

/** For scenarios that never ask it. */
const nowhere: ScenarioDatabase = {
  primaryId: 'loanserve-prod-aurora',
  primaryUrl: 'postgres://app@127.0.0.1:1/loanserve',
}

const core = '/api/v1/namespaces/loanserve'
const apps = '/apis/apps/v1/namespaces/loanserve'

/** The night of that scenario and seed, with users who ask all the time. It ends with its test. */
export async function night(
  id: string,
  { seed = 7, databases }: { readonly seed?: number; readonly databases?: Databases } = {},
): Promise<Night> {
  const scenario = findScenario(id)
  if (scenario === undefined) throw new Error(`there is no scenario ${id}`)
  const acts = createActs()
  const faults = createFaults()
  const options = { now: noon - settlingTime(1), random: createRandom(seed), speed: 1, faults }
  const world = createWorld(options)
  const { cluster, clock } = world
  const random = createRandom(seed + 1)
  const { appOf: runningIn } = world.kubelet
  const shared = { cluster, clock, runningIn }
  const applications = createApplications({ ...shared, speed: 1, random, faults, databases })
  const frontDoor = await openFrontDoor({
    ...shared,
    namespace: 'loanserve',
    host: 'api.loanserve.io',
    applications,
  })
  const load = createLoad({ clock, random, ask: frontDoor.ask })
  const run = startScenario(scenario, seed, {
    cluster,
    clock,
    speed: 1,
    faults,
    acts,
    load: load.seconds,
    database: databases ?? nowhere,
  })
  if (databases !== undefined) connectPods(cluster, databases.primaryUrl)
  const play = scenario.stage(createChance(seed))
  clock.advance(noon)
  load.start()
  onTestFinished(async () => {
    run.stop()
    load.stop()
    world.stop()
    await Promise.all([frontDoor.close(), applications.stop()])
  })

  const api = {
    cluster,
    deleter: createDeleter(cluster.registry, cluster.now),
    users: createUsers('token', cluster),
    openApi: () => undefined,
    logs: () => undefined,
    tell: acts.record,
    faults,
  }
  function request(method: string, path: string, body?: unknown, mediaType = 'application/json'): JsonObject {
    const [pathname = path, query = ''] = path.split('?')
    const answered = answerAndTell(
      api,
      {
        method,
        path: pathname,
        query: new URLSearchParams(query),
        accept: 'application/json',
        mediaType,
        body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
        user: admin,
        signal: new AbortController().signal,
      },
      'kubectl/v1.35.0',
    )
    return answered.kind === 'text' ? asJsonObject(JSON.parse(answered.text)) : {}
  }
  const tell = (act: Act) => acts.record(act)
  function curl(path: string): number {
    let status: number | undefined
    frontDoor.ask({ method: 'GET', url: path }, 'user', (outcome) => {
      status = outcome.kind === 'answered' ? outcome.status : outcome.kind === 'none-ready' ? 503 : 502
    })
    for (let tenth = 0; tenth < 100 && status === undefined; tenth++) clock.advance(clock.now() + 100)
    if (status === undefined) throw new Error(`${path} was not answered within ten seconds`)
    tell({ kind: 'http', at: clock.now(), method: 'GET', path, status })
    return status
  }
  const patch = (path: string, body: JsonObject) =>
    request('PATCH', path, body, 'application/strategic-merge-patch+json')

  const traffic = () =>
    cluster.endpointSlices
      .list('loanserve')
      .flatMap((slice) => slice.endpoints)
      .filter(({ conditions }) => conditions?.ready)
      .flatMap(({ targetRef }) => {
        const pod = cluster.pods.get('loanserve', targetRef?.name ?? '')
        return pod?.metadata.labels?.color ?? []
      })

  const pass = (seconds: number) => clock.advance(clock.now() + seconds * 1000)

  return {
    world,
    play,
    image: play.params.IMAGE ?? '',
    run,
    pass,
    until(holds) {
      for (let second = 0; second < 600; second++) {
        if (holds()) return
        pass(1)
      }
      throw new Error(`it did not come true within ten minutes: ${holds.toString()}`)
    },
    traffic,
    phase: () => run.state().phase,
    operator: {
      get: (path) => request('GET', path),
      patch,
      jsonPatch: (path, body) => request('PATCH', path, body, 'application/json-patch+json'),
      remove: (path, options) => void request('DELETE', path, options),
      setImage: (color, image) =>
        void patch(`${apps}/deployments/api-${color}`, {
          spec: { template: { spec: { containers: [{ name: 'api', image }] } } },
        }),
      scale: (color, replicas) =>
        void request(
          'PATCH',
          `${apps}/deployments/api-${color}/scale`,
          { spec: { replicas } },
          'application/merge-patch+json',
        ),
      switchTo: (color) => void patch(`${core}/services/api-main`, { spec: { selector: { color } } }),
      restart: (color) =>
        void patch(`${apps}/deployments/api-${color}`, {
          spec: {
            template: {
              metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': String(clock.now()) } },
            },
          },
        }),
      pods: () => void request('GET', `${core}/pods`),
      curl,
      aws: (action, parameters) =>
        tell({ kind: 'aws', at: clock.now(), action, parameters, fault: undefined }),
    },
    score: () => run.score(),
  }
}

/** Lets both colors read their database's address from the Secret. */
function connectPods(cluster: Cluster, url: string): void {
  const secret = cluster.secrets.get('loanserve', 'loanserve-secrets')
  if (secret === undefined) throw new Error('there is no Secret')
  const data = { ...secret.data, DATABASE_URL: Buffer.from(url).toString('base64') }
  cluster.secrets.update({ ...secret, data })
  const name = 'DATABASE_URL'
  const valueFrom = { secretKeyRef: { name: 'loanserve-secrets', key: name } }
  for (const color of ['blue', 'green'])
    editContainer(cluster, color, (container) => ({
      ...container,
      env: [...(container.env ?? []).filter((each) => each.name !== name), { name, valueFrom }],
    }))
}

/** The paths of what scenarios are about. */
export const paths = {
  service: `${core}/services/api-main`,
  pods: `${core}/pods`,
  endpointSlices: '/apis/discovery.k8s.io/v1/namespaces/loanserve/endpointslices',
  secret: `${core}/secrets/loanserve-secrets`,
  config: `${core}/configmaps/app-config`,
  deployment: (color: string) => `${apps}/deployments/api-${color}`,
}
