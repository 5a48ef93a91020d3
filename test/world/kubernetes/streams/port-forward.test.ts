/** Real kubectl and client-node forward ports of pods. */
import { spawn } from 'node:child_process'
import { PassThrough } from 'node:stream'
import { KubeConfig, PortForward } from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, type PracticePods, startPracticePods } from './practice-pods.ts'

let world: PracticePods
beforeAll(async () => {
  world = await startPracticePods()
})
afterAll(async () => {
  await world.close()
  expect(world.errors).toEqual([])
})

interface Forwarding {
  readonly port: number
  readonly err: () => string
  readonly exit: Promise<number | null>
  readonly stop: () => Promise<number | null>
}

/** Runs kubectl port-forward to a free port of this machine. */
async function forward(
  target: string,
  port: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Forwarding> {
  // At this verbosity kubectl tells when it gives up one way of connecting for another.
  const child = spawn('kubectl', ['port-forward', '-v=4', '--address=127.0.0.1', target, `:${port}`], {
    env: { ...world.env, ...env },
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => {
    out += String(chunk)
  })
  child.stderr.on('data', (chunk) => {
    err += String(chunk)
  })
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve))
  const local = await eventually(() => /127\.0\.0\.1:(\d+)/.exec(out)?.[1])
  return {
    port: Number(local),
    err: () => err,
    exit,
    stop() {
      child.kill()
      return exit
    },
  }
}

async function get(port: number, path: string): Promise<string> {
  return await (await fetch(`http://127.0.0.1:${port}${path}`)).text()
}

for (const target of ['pod', 'deployment/api-green', 'service/api-main'])
  test(`connections through ${target} reach the application, several at once`, async () => {
    const named = target === 'pod' ? `pod/${world.pod('blue')}` : target
    const forwarding = await forward(named, target.startsWith('service') ? 80 : 3000)
    const pages = await Promise.all(['/a', '/b', '/c'].map((path) => get(forwarding.port, path)))
    expect(pages).toEqual(['/a', '/b', '/c'].map((path) => `{"method":"GET","path":"${path}"}\n`))
    await forwarding.stop()
    expect(forwarding.err()).not.toContain('fallback')
  })

test('without WebSockets kubectl speaks SPDY, and reaches the same', async () => {
  const forwarding = await forward('deployment/api-green', 3000, { KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' })
  expect(await get(forwarding.port, '/spdy')).toBe('{"method":"GET","path":"/spdy"}\n')
  await forwarding.stop()
})

test('a port at which nothing listens is refused in the runtime’s words', async () => {
  const forwarding = await forward('deployment/api-green', 9999)
  await get(forwarding.port, '/').catch(() => {})
  await forwarding.exit
  expect(forwarding.err()).toMatch(
    /an error occurred forwarding \d+ -> 9999: error forwarding port 9999 to pod [0-9a-f]{64}, uid : failed to execute portforward in network namespace .*failed to connect to localhost:9999 inside namespace .*IPv4: dial tcp4 127\.0\.0\.1:9999: connect: connection refused/,
  )
})

test('when the pod goes, the connection to it is lost', async () => {
  const blue = world.pod('blue')
  const forwarding = await forward(`pod/${blue}`, 3000)
  expect(await get(forwarding.port, '/before')).toContain('/before')
  await world.kubectl(`delete pod ${blue} --wait=false`)
  expect(await forwarding.exit).toBe(1)
  expect(forwarding.err()).toContain('error: lost connection to pod')
})

test('client-node’s PortForward carries a request', async () => {
  const config = new KubeConfig()
  config.loadFromFile(world.kubeconfig)
  const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()]
  let received = ''
  output.on('data', (chunk) => {
    received += String(chunk)
  })
  await new PortForward(config).portForward('loanserve', world.pod('green'), [3000], output, errors, input)
  input.write('GET /library HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  await eventually(() => (received.includes('"path":"/library"') ? true : undefined))
  expect(received).toMatch(/^HTTP\/1\.1 200 OK/)
})
