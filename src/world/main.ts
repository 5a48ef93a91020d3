/**
 * The practice world's process. It serves a Kubernetes API and LoanServe's front door on 127.0.0.1, prints one
 * line of JSON when both answer, and ends when its standard input closes or a signal comes.
 */
import { parseArgs } from 'node:util'
import { openFrontDoor } from './app/front-door.ts'
import { createLoans } from './app/loans.ts'
import { contextName, writeWorldFiles } from './kubeconfig.ts'
import type { Cluster } from './kubernetes/cluster.ts'
import { startApiServer } from './kubernetes/server.ts'
import { createRandom } from './random.ts'
import { namespace, service } from './seed.ts'
import { openWall, wallEnvironment } from './wall.ts'
import { createWorld } from './world.ts'

/** An error of our own that a client has been told of in few words. */
function complain(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`handrail practice world: ${text}\n`)
}

/** Not us-east-1: aws-cli 1.x ignores endpoint settings for RDS there and calls the real AWS. */
const region = 'eu-central-1'

/** Where AWS calls go for now: a port of this machine on which nothing listens, so that none reaches the real AWS. */
const noAws = 'http://127.0.0.1:1'

function fail(message: string): never {
  process.stderr.write(`handrail practice world: ${message}\n`)
  process.exit(2)
}

function readOptions(): { readonly speed: number; readonly seed: number } {
  try {
    const { values } = parseArgs({
      options: { speed: { type: 'string', default: '1' }, seed: { type: 'string', default: '1' } },
    })
    const speed = Number(values.speed)
    const seed = Number(values.seed)
    if (!Number.isFinite(speed) || speed < 0.1 || speed > 1000)
      return fail(`--speed is "${values.speed}": it must be a number from 0.1 to 1000, e.g. 10`)
    if (!Number.isSafeInteger(seed) || seed < 0)
      return fail(`--seed is "${values.seed}": it must be a whole number from 0, e.g. 7`)
    return { speed, seed }
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\nIt knows --speed N and --seed N.`)
  }
}

/** The variables by which kubectl, aws and curl find this world and nothing else. */
function environment(
  files: ReturnType<typeof writeWorldFiles>,
  frontDoor: string,
  wall: string,
): Readonly<Record<string, string>> {
  return {
    ...wallEnvironment(wall),
    KUBECONFIG: files.kubeconfig,
    API_URL: frontDoor,
    AWS_ACCESS_KEY_ID: 'AKIAPRACTICEPRACTICE',
    AWS_SECRET_ACCESS_KEY: 'practice-secret-of-no-account',
    AWS_SESSION_TOKEN: '',
    AWS_PROFILE: contextName,
    AWS_CONFIG_FILE: files.awsConfig,
    AWS_SHARED_CREDENTIALS_FILE: files.awsCredentials,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: noAws,
    AWS_ENDPOINT_URL_RDS: noAws,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    // Names the world's own kubeconfig, so that Handrail inside can tell whether KUBECONFIG still leads here.
    HANDRAIL_WORLD: files.kubeconfig,
  }
}

/** Whether an Ingress leads that host to the Service behind the front door. */
function servesHost(cluster: Cluster, host: string): boolean {
  const rules = cluster.ingresses.list(namespace).flatMap((ingress) => ingress.spec.rules ?? [])
  return rules.some(
    (rule) => rule.host === host && rule.http?.paths.some((path) => path.backend.service?.name === service),
  )
}

async function main(): Promise<void> {
  const { speed, seed } = readOptions()
  const now = Date.now()
  const random = createRandom(seed)
  const world = createWorld({ now, random, speed })
  const loans = createLoans(40, createRandom(seed + 1), now)
  const { cluster, kubelet } = world
  const [api, frontDoor] = await Promise.all([
    startApiServer({ cluster, logs: kubelet.logs, onError: complain }),
    openFrontDoor({ cluster, kubelet, namespace, service, loans, now: world.clock.now, random: Math.random }),
  ])
  const wall = await openWall((host) => (servesHost(cluster, host) ? frontDoor.url : undefined))
  const files = writeWorldFiles({ ...api, namespace }, region)
  // Whatever ends this process, its directory goes with it.
  process.on('exit', files.remove)
  world.clock.goLive()

  let ending = false
  async function end(code: number): Promise<void> {
    if (ending) return
    ending = true
    files.remove()
    world.stop()
    await Promise.race([
      Promise.all([api.close(), frontDoor.close(), wall.close()]),
      new Promise((resolve) => setTimeout(resolve, 500)),
    ])
    process.exit(code)
  }
  const signals = { SIGTERM: 143, SIGINT: 130, SIGHUP: 129 } as const
  for (const [signal, code] of Object.entries(signals)) process.on(signal, () => void end(code))
  // The one who started the world holds the other end: when that process is gone, however it went, this closes.
  process.stdin
    .on('end', () => void end(0))
    .on('error', () => void end(0))
    .resume()
  process.stdout.on('error', () => {})

  const ready = {
    ready: true,
    env: environment(files, frontDoor.url, wall.url),
    directory: files.directory,
    pid: process.pid,
  }
  process.stdout.write(`${JSON.stringify(ready)}\n`)
}

main().catch((error: unknown) => {
  process.stderr.write(
    `handrail practice world: it could not start: ${error instanceof Error ? error.message : String(error)}\n`,
  )
  process.exit(1)
})
