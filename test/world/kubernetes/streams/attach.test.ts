/** Real kubectl joins the main process of a pod. */
import { spawn } from 'node:child_process'
import { PassThrough } from 'node:stream'
import { Attach, KubeConfig } from '@kubernetes/client-node'
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

test('attach shows what the application logs from now on, until the pod goes', async () => {
  const green = world.pod('green')
  const child = spawn('kubectl', ['attach', green], { env: world.env })
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += String(chunk)
  })
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const { uid } = world.cluster.pods.get('loanserve', green)?.metadata ?? { uid: '' }
  await eventually(() => {
    world.kubelet.appOf(uid)?.logRequest({ level: 'info', msg: 'request', fields: { path: '/seen' } })
    return out.includes('/seen') ? true : undefined
  })
  await world.kubectl(`delete pod ${green} --wait=false`)
  await closed
  expect(out).toContain('SIGTERM received')
})

test('run -i --rm passes stdin to a program, shows what it prints and what it came to', async () => {
  const line = ['run', 'reader', '-i', '--rm', '--quiet', '--image=busybox:1.37', '--restart=Never', '--']
  const { out, code } = await world.kubectl([...line, 'sh', '-c', 'grep -c o; exit 2'], 'one\ntwo\nsix\n')
  expect(out).toMatch(/^2\n/)
  expect(code).toBe(2)
})

test('client-node’s Attach hears the output', async () => {
  const config = new KubeConfig()
  config.loadFromFile(world.kubeconfig)
  await world.kubectl([
    'run',
    'ticker',
    '--image=busybox:1.37',
    '--',
    'sh',
    '-c',
    'while true; do date; sleep 1; done',
  ])
  await world.kubectl('wait --for=condition=Ready pod/ticker --timeout=10s')
  const stdout = new PassThrough()
  let printed = ''
  stdout.on('data', (chunk) => {
    printed += String(chunk)
  })
  const socket = await new Attach(config).attach('loanserve', 'ticker', 'ticker', stdout, null, null, false)
  await eventually(() => ((printed.match(/UTC/g) ?? []).length >= 3 ? true : undefined))
  socket.close()
})
