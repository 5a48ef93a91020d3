/** Puts the rooms of the practice world together and opens its doors, all of them on 127.0.0.1. */
import { z } from 'zod'
import { createActs } from './acts.ts'
import { openFrontDoor } from './app/front-door.ts'
import { createLoad } from './app/load.ts'
import { startAws } from './aws/aws.ts'
import { credentials, region } from './aws/identity.ts'
import type { Answering } from './control.ts'
import { createDatabases, type Databases } from './database/databases.ts'
import { createFaults } from './faults.ts'
import { contextName, type WorldFiles, writeWorldFiles } from './kubeconfig.ts'
import { createCertificate } from './kubernetes/certificate.ts'
import type { Cluster } from './kubernetes/cluster.ts'
import { startApiServer } from './kubernetes/server.ts'
import { createRandom } from './random.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { scenarioAnswers, settlingTime, startScenario } from './scenarios/start.ts'
import { host, namespace } from './seed.ts'
import { readSavedWorld, savedDatabases, saveWorld } from './snapshot.ts'
import { openWall, wallEnvironment } from './wall.ts'
import { createWorld } from './world.ts'

export interface ServedWorld {
  /** The variables by which kubectl, aws, psql and curl find this world and nothing else. */
  readonly env: Readonly<Record<string, string>>
  readonly directory: string
  /** What whoever started the world may ask it. */
  readonly answers: Readonly<Record<string, Answering>>
  /** Takes the private files away, at once. */
  readonly forget: () => void
  readonly close: () => Promise<void>
}

/** A new world, or one that was saved. */
export interface ServeOptions {
  readonly speed: number
  readonly seed: number
  readonly scenario: Scenario | undefined
  /** A directory with a saved world, which goes on with the speed and the seed that it had. */
  readonly saved?: string
  /** The machine's clock, in milliseconds since 1970. */
  readonly machineNow: () => number
  /** A directory for what is kept from one world to the next, to be faster then. */
  readonly cache?: string
  /** Hears of errors of our own. */
  readonly onError: (error: unknown) => void
}

/** A world that goes on by itself from now on. Rejects when one of its doors can't be opened. */
export async function serveWorld(options: ServeOptions): Promise<ServedWorld> {
  const { scenario, machineNow, cache, onError } = options
  const saved = options.saved === undefined ? undefined : await readSavedWorld(options.saved)
  const { speed, seed } = saved ?? options
  const now = saved?.now ?? machineNow()
  // As long as it was put away a saved world is behind the machine.
  const behindMs = saved === undefined ? 0 : machineNow() - now
  // A stream of chance for each room, so that what one of them draws changes nothing in another.
  const chance = (room: number) =>
    createRandom(seed * 8 + room + (saved === undefined ? 0 : saved.cluster.version))
  const databases = await createDatabases({
    ...{ now: () => machineNow() - behindMs, machineNow, random: chance(1) },
    ...(cache === undefined ? {} : { cache }),
    ...(options.saved === undefined ? {} : { saved: savedDatabases(options.saved) }),
  })
  if (saved !== undefined && databases.primaryUrl !== saved.databaseUrl) {
    await databases.stop()
    const { port } = new URL(saved.databaseUrl)
    throw new Error(`port ${port}, where the saved world's database was, is taken. End what listens there.`)
  }
  const certificate = createCertificate(machineNow())
  const faults = createFaults()
  if (saved !== undefined) faults.set(saved.faults)
  const world = createWorld({
    ...{ random: chance(0), speed, databases, faults, onError },
    now: scenario === undefined ? now : now - settlingTime(speed),
    certificate: certificate.certPem,
    ...(saved === undefined ? {} : { saved }),
  })
  const { cluster, clock, kubelet, applications, meter, runningIn } = world
  const acts = createActs()
  const [api, frontDoor] = await Promise.all([
    startApiServer({
      ...{ cluster, faults, certificate, onError, logs: kubelet.logs, containers: kubelet.containers },
      tell: acts.record,
    }),
    openFrontDoor({
      ...{ cluster, clock, namespace, host, applications, runningIn },
      onAct: acts.record,
    }),
  ])
  const load = createLoad({
    ...{ clock, random: chance(2), ask: frontDoor.ask },
    ...(saved === undefined ? {} : { saved: saved.load }),
  })
  load.start()
  const run =
    scenario === undefined
      ? undefined
      : startScenario(scenario, seed, {
          ...{ cluster, clock, speed, faults, acts, database: databases },
          load: load.seconds,
        })
  clock.advance(now)
  const [aws, wall] = await Promise.all([
    startAws({
      ...{ databases, clock, speed, faults, onError, random: chance(3), onAct: acts.record },
      figures: () => ({
        ...load.figures(),
        databaseConnections: databases.sessions(databases.primaryId),
        podCpu: meter.cpuShare(cluster.pods.list(namespace)),
      }),
    }),
    openWall((host) => (servesHost(cluster, host) ? frontDoor.url : undefined)),
  ])
  if (saved !== undefined) aws.load(saved.aws)
  const files = writeWorldFiles({ ...api, namespace }, { region, ...credentials })
  clock.goLive(behindMs)

  async function save(question: Readonly<Record<string, unknown>>): Promise<string> {
    if (scenario !== undefined)
      throw new Error(`the scenario ${scenario.id} is going on, and a scenario can't be saved`)
    const { directory } = saveQuestion.parse(question)
    const parts = {
      ...{ now: clock.now(), speed, seed, databaseUrl: databases.primaryUrl, faults: faults.now() },
      ...{ cluster: cluster.save(), kubelet: kubelet.save(), load: load.save(), aws: aws.save() },
    }
    await saveWorld(directory, parts, databases.save)
    return directory
  }

  return {
    env: environment(files, { frontDoor: frontDoor.url, wall: wall.url, aws: aws.url }, databases),
    directory: files.directory,
    answers: { save, ...(run === undefined ? {} : scenarioAnswers(run)) },
    forget: files.remove,
    async close() {
      files.remove()
      run?.stop()
      load.stop()
      await Promise.all([api.close(), frontDoor.close(), wall.close(), aws.close(), world.stop()])
      await databases.stop()
    },
  }
}

/** Where to save, as an absolute path. */
const saveQuestion = z.looseObject({ directory: z.string().startsWith('/') })

/** Whether an Ingress leads that host anywhere: the front door then asks where. */
function servesHost(cluster: Cluster, host: string): boolean {
  const rules = cluster.ingresses.list(namespace).flatMap((ingress) => ingress.spec.rules ?? [])
  return rules.some(
    (rule) => rule.host === host && rule.http?.paths.some((path) => path.backend.service?.name !== undefined),
  )
}

function environment(
  files: WorldFiles,
  urls: { readonly frontDoor: string; readonly wall: string; readonly aws: string },
  databases: Databases,
): Readonly<Record<string, string>> {
  return {
    ...wallEnvironment(urls.wall),
    KUBECONFIG: files.kubeconfig,
    API_URL: urls.frontDoor,
    DATABASE_URL: databases.primaryUrl,
    // For `pg_isready -h "$DB_HOST"` in a pod.
    DB_HOST: new URL(databases.primaryUrl).hostname,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: '',
    AWS_PROFILE: contextName,
    AWS_CONFIG_FILE: files.awsConfig,
    AWS_SHARED_CREDENTIALS_FILE: files.awsCredentials,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: urls.aws,
    AWS_ENDPOINT_URL_RDS: urls.aws,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    // Names the world's own kubeconfig, so that Handrail inside can tell whether KUBECONFIG still leads here.
    HANDRAIL_WORLD: files.kubeconfig,
  }
}
