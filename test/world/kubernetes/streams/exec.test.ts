/** Real kubectl and client-node run commands in pods. */
import { PassThrough } from 'node:stream'
import { Exec, KubeConfig, type V1Status } from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PracticePods, startPracticePods } from './practice-pods.ts'

let world: PracticePods
let green: string
beforeAll(async () => {
  world = await startPracticePods()
  green = world.pod('green')
})
afterAll(async () => {
  await world.close()
  expect(world.errors).toEqual([])
})

const exec = (...command: readonly string[]) => world.kubectl(['exec', green, '--', ...command])

test('what a command prints comes on the stream that it prints it on, and its exit code is kubectl’s', async () => {
  const { code, out, err } = await exec('sh', '-c', 'echo to out; echo to err >&2; exit 3')
  expect({ code, out, err }).toEqual({
    code: 3,
    out: 'to out\n',
    err: 'to err\ncommand terminated with exit code 3\n',
  })
})

test('stdin is passed on, and its end too', async () => {
  const { out } = await world.kubectl(
    ['exec', '-i', green, '--', 'sh', '-c', 'grep -c b; echo end'],
    'a\nb\nbb\n',
  )
  expect(out).toBe('2\nend\n')
})

test('without WebSockets kubectl speaks SPDY, and sees the same', async () => {
  const spoken = { ...world.env, KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false' }
  const { code, out, err } = await world.kubectl(
    ['exec', '-i', green, '--', 'sh', '-c', 'cat; echo e >&2; exit 4'],
    'over spdy\n',
    spoken,
  )
  expect({ code, out, err }).toEqual({
    code: 4,
    out: 'over spdy\n',
    err: 'e\ncommand terminated with exit code 4\n',
  })
})

test('a command that the image lacks is refused in the runtime’s words', async () => {
  const { code, err } = await exec('psql')
  expect(code).toBe(1)
  expect(err).toMatch(
    /^error: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start container process: exec: "psql": executable file not found in \$PATH: unknown\n$/,
  )
})

test('a container that isn’t there, and a pod that isn’t there, are told as the server tells them', async () => {
  expect((await world.kubectl(`exec ${green} -c nope -- true`)).err).toBe(
    `Error from server (BadRequest): container nope is not valid for pod ${green}\n`,
  )
  expect((await world.kubectl('exec nobody -- true')).err).toBe(
    'Error from server (NotFound): pods "nobody" not found\n',
  )
})

test('of several containers the first is meant, and kubectl says so; -c names another', async () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'two' },
    spec: {
      containers: [
        {
          name: 'first',
          image: 'busybox:1.37',
          command: ['sleep', '600'],
          env: [{ name: 'WHO', value: 'one' }],
        },
        {
          name: 'second',
          image: 'busybox:1.37',
          command: ['sleep', '600'],
          env: [{ name: 'WHO', value: 'two' }],
        },
      ],
    },
  }
  await world.kubectl('create -f -', JSON.stringify(pod))
  await world.kubectl('wait --for=condition=Ready pod/two --timeout=10s')
  const first = await world.kubectl('exec two -- printenv WHO')
  expect(first.out).toBe('one\n')
  expect(first.err).toBe('Defaulted container "first" out of: first, second\n')
  expect((await world.kubectl('exec two -c second -- printenv WHO')).out).toBe('two\n')
})

test('a container that doesn’t run yet can’t be entered', async () => {
  await world.kubectl('run late --image=loanserve/api:noimage')
  const { code, err } = await world.kubectl('exec late -- true')
  expect(code).toBe(1)
  expect(err).toBe(
    'error: Internal error occurred: unable to upgrade connection: container not found ("late")\n',
  )
})

test('pg_isready asks the real database and exits as it does', async () => {
  const asked = async (line: string) => {
    const { code, out } = await world.kubectl(`exec ${green} -- ${line}`)
    return { code, out }
  }
  expect(await asked('pg_isready -h primary')).toEqual({
    code: 0,
    out: 'primary:5432 - accepting connections\n',
  })
  world.databases.set('primary', 'rejecting')
  expect(await asked('pg_isready -h primary -p 5433')).toEqual({
    code: 1,
    out: 'primary:5433 - rejecting connections\n',
  })
  expect(await asked('pg_isready -d postgres://nowhere:6000/x -t 1')).toEqual({
    code: 2,
    out: 'nowhere:6000 - no response\n',
  })
  expect((await asked('pg_isready -h primary -p x')).code).toBe(3)
  world.databases.set('primary', 'accepting')
})

test('curl reaches the pod’s own application, Services and pods, and exits as curl does', async () => {
  const page = await exec('curl', '-s', 'http://localhost:3000/x?y=1')
  expect(page.out).toBe('{"method":"GET","path":"/x?y=1"}\n')
  for (const host of ['api-main', 'api-main.loanserve', 'api-main.loanserve.svc.cluster.local'])
    expect((await exec('curl', '-s', `${host}/`)).out).toBe('{"method":"GET","path":"/"}\n')
  const ip = world.cluster.pods.list('loanserve').find(({ metadata }) => metadata.name !== green)
    ?.status.podIP
  expect((await exec('curl', '-sX', 'POST', `${ip}:3000/p`)).out).toBe('{"method":"POST","path":"/p"}\n')
  const status = await exec('curl', '-s', '-o', '/dev/null', '-w', '%{http_code}\\n', 'api-main/nowhere')
  expect(status.out).toBe('404\n')
  const ends = async (...words: readonly string[]) => {
    const { code, err } = await exec('curl', '-sS', ...words)
    return [code, err.split('\n')[0]]
  }
  expect(await ends('nowhere.example')).toEqual([6, 'curl: (6) Could not resolve host: nowhere.example'])
  expect(await ends('localhost:9999')).toEqual([
    7,
    expect.stringMatching(
      /^curl: \(7\) Failed to connect to localhost port 9999 after \d+ ms: Could not connect to server$/,
    ),
  ])
  expect(await ends('-f', 'api-main/nowhere')).toEqual([
    22,
    'curl: (22) The requested URL returned error: 404',
  ])
  expect(await ends('-m', '0.2', 'localhost:3000/slow')).toEqual([
    28,
    expect.stringMatching(/^curl: \(28\) Operation timed out after \d+ milliseconds with 0 bytes received$/),
  ])
})

test('the environment and the mounted files are those of the container', async () => {
  const { out } = await exec('env')
  expect(out).toContain(`HOSTNAME=${green}\n`)
  expect(out).toContain('FEATURE_FLAGS_JSON={}\n')
  expect(out).toMatch(/^API_MAIN_SERVICE_HOST=10\.96\./m)
  const account = '/var/run/secrets/kubernetes.io/serviceaccount'
  expect((await exec('cat', `${account}/namespace`)).out).toBe('loanserve')
  expect((await exec('sh', '-c', 'cat /proc/1/environ | grep -c HOSTNAME')).out).toBe('1\n')
})

test('a Secret that is mounted is read as it is now, and can’t be written', async () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'mounts' },
    spec: {
      containers: [
        {
          name: 'box',
          image: 'busybox:1.37',
          command: ['sleep', '600'],
          volumeMounts: [
            { name: 'keys', mountPath: '/keys' },
            { name: 'scratch', mountPath: '/scratch' },
          ],
        },
      ],
      volumes: [
        { name: 'keys', secret: { secretName: 'loanserve-secrets' } },
        { name: 'scratch', emptyDir: {} },
      ],
    },
  }
  await world.kubectl('create -f -', JSON.stringify(pod))
  await world.kubectl('wait --for=condition=Ready pod/mounts --timeout=10s')
  const script =
    'ls /keys; cat /keys/DATABASE_URL; echo; echo x > /keys/y; echo $?; echo z > /scratch/y; cat /scratch/y'
  const { out, err } = await world.kubectl(['exec', 'mounts', '--', 'sh', '-c', script])
  expect(out).toBe('DATABASE_URL\npostgres://app:s3cret-pw@primary:5432/loanserve\n1\nz\n')
  expect(err).toContain("can't create /keys/y: Permission denied")
})

test('client-node’s Exec passes streams on and learns the exit code', async () => {
  const config = new KubeConfig()
  config.loadFromFile(world.kubeconfig)
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  let printed = ''
  stdout.on('data', (chunk) => {
    printed += String(chunk)
  })
  const status = await new Promise<V1Status>((resolve, reject) => {
    const command = ['sh', '-c', 'read line; echo got $line; exit 5']
    new Exec(config)
      .exec('loanserve', green, 'api', command, stdout, stderr, stdin, false, resolve)
      .then(() => stdin.write('this\n'), reject)
  })
  expect(printed).toBe('got this\n')
  expect(status).toMatchObject({
    status: 'Failure',
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: '5' }] },
  })
})
