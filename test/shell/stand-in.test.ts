import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blockEnvironment } from '../../src/shell/environment.ts'
import { groupOf, start, until } from './blocks.ts'
import { type Kubectls, realKubectls } from './kubectl.ts'

const directory = mkdtempSync(join(tmpdir(), 'stand-in-test-'))
const tools = join(directory, 'tools')
let kubectls: Kubectls

beforeAll(async () => {
  kubectls = await realKubectls()
  mkdirSync(tools)
  tool('kubectl', '#!/bin/bash\necho "real kubectl:" "$@" "<$(cat)>"\n')
  tool('aws', '#!/bin/bash\necho "real aws:" "$@"\n')
})
afterAll(async () => {
  await kubectls.remove()
  rmSync(directory, { recursive: true })
})

function tool(name: string, text: string, where = tools) {
  writeFileSync(join(where, name), text)
  chmodSync(join(where, name), 0o755)
}

/** An environment in which kubectl and aws are programs of the test's own, or the ones of a given directory. */
function withTools(where = tools, additions: Record<string, string> = {}) {
  return blockEnvironment({
    base: { HOME: directory, PATH: '/usr/bin:/bin' },
    parameters: {},
    toolDirs: [where],
    additions,
  })
}

describe('a stand-in', () => {
  test('announces the words that the shell really made, and becomes the real tool with them', async () => {
    const block = await start('NS="a b"; kubectl -n "$NS" get pods "" \'*\' "$(echo x)" <<< "input"', {
      env: withTools(),
    })
    const argv = ['-n', 'a b', 'get', 'pods', '', '*', 'x']
    expect(await block.result).toMatchObject({ output: 'real kubectl: -n a b get pods  * x <input>\n' })
    expect(block.commands).toEqual([{ tool: 'kubectl', argv, cwd: tmpdir(), decision: 'run', ran: argv }])
  })

  test('passes through to real kubectl, its output and its exit code', async () => {
    for (const kubectl of kubectls.paths) {
      const block = await start(
        'kubectl version --client; kubectl get --help | head -3 || test $? = 141; kubectl nonsense',
        {
          env: withTools(dirname(kubectl)),
        },
      )
      const { outcome, output } = await block.result
      expect(output).toContain('Client Version: v1.')
      expect(output).toContain('Display one or many resources')
      expect(output).toContain('unknown command "nonsense"')
      expect(outcome).toEqual({ kind: 'exited', code: 1 })
      expect(block.commands.map((command) => command.argv[0])).toEqual(['version', 'get', 'nonsense'])
    }
  })

  test('reaches commands of scripts, subshells and pipes that the block calls', async () => {
    tool('switch.sh', '#!/bin/sh\nkubectl get a | cat\n', directory)
    const block = await start(
      `${directory}/switch.sh; (cd / && kubectl get b); x=$(kubectl get c); echo "$x"`,
      {
        env: withTools(),
      },
    )
    expect(await block.result).toMatchObject({ outcome: { kind: 'exited', code: 0 } })
    expect(block.commands.map(({ argv, cwd }) => [argv[1], cwd])).toEqual([
      ['a', tmpdir()],
      ['b', '/'],
      ['c', tmpdir()],
    ])
  })

  test('waits with the command until it is on record', async () => {
    const record = Promise.withResolvers<void>()
    let asked = false
    const block = await start('echo before; kubectl apply -f x; echo after', {
      env: withTools(),
      onCommand: () => {
        asked = true
        return record.promise
      },
    })
    await until(() => asked, 'the announcement')
    await block.shows('before')
    expect(block.lines.map((line) => line.text)).toEqual(['before'])
    record.resolve()
    expect(await block.result).toMatchObject({ output: 'before\nreal kubectl: apply -f x <>\nafter\n' })
  })

  test('runs nothing when the command can not be put on record', async () => {
    const block = await start('kubectl apply -f x; echo after', {
      env: withTools(),
      onCommand: () => Promise.reject(new Error('the disk is full')),
    })
    expect(await block.result).toMatchObject({
      outcome: { kind: 'exited', code: 125 },
      output: 'not run: kubectl apply -f x\nIt could not be put on record first: the disk is full\n',
    })
  })

  test('runs nothing when Handrail is gone', async () => {
    const block = await start(
      'd=$(dirname "$(command -v kubectl)"); mv "$d/socket" "$d/gone"; kubectl delete pod x',
      {
        env: withTools(),
      },
    )
    const { outcome, output } = await block.result
    expect(outcome).toEqual({ kind: 'exited', code: 125 })
    expect(output).toMatch(/^not run: kubectl delete pod x\nHandrail could not be asked/)
    expect(block.commands).toEqual([])
  })

  test('runs nothing for one who does not hold the token of this block', async () => {
    const block = await start(
      'd=$(dirname "$(command -v kubectl)"); echo guess > "$d/token"; kubectl delete pod x',
      {
        env: withTools(),
      },
    )
    expect(await block.result).toMatchObject({ outcome: { kind: 'exited', code: 125 } })
    expect(block.commands).toEqual([])
  })

  test('is ended with the block while it waits', async () => {
    let asked = false
    const block = await start('kubectl apply -f x', {
      env: withTools(),
      onCommand: () => {
        asked = true
        return new Promise(() => undefined)
      },
    })
    await until(() => asked, 'the announcement')
    await block.cancel()
    expect(groupOf(block.pid)).toEqual([])
    expect((await block.result).output).not.toContain('real kubectl')
  })

  test('says how to go on when the real tool is missing', async () => {
    const env = blockEnvironment({
      base: { PATH: '/bin' },
      parameters: {},
      toolDirs: [join(directory, 'none')],
    })
    const path = join(directory, 'few')
    mkdirSync(path)
    tool('bash', '#!/bin/sh\nexec /bin/bash "$@"\n', path)
    const block = await start('aws s3 ls', { env: { ...env, PATH: path }, interpreter: '/bin/bash' })
    const { outcome, output } = await block.result
    expect(outcome).toEqual({ kind: 'exited', code: 127 })
    expect(output).toContain('aws is not installed, or not on the PATH')
  })

  test('runs a tool that is a script without a first line, and says so when its interpreter is missing', async () => {
    const odd = join(directory, 'odd')
    mkdirSync(odd)
    tool('kubectl', 'echo "plain script: $1"\n', odd)
    tool('aws', '#!/no/such/interpreter\n', odd)
    const block = await start('kubectl get; aws s3 ls', { env: withTools(odd) })
    const { outcome, output } = await block.result
    expect(outcome).toEqual({ kind: 'exited', code: 126 })
    expect(output).toMatch(/^plain script: get\nnot run: aws s3 ls\n.*names a program that isn't there\.\n$/)
  })

  test('lives in a directory that nobody else can enter', async () => {
    const block = await start('echo "$(dirname "$(command -v kubectl)")"; read -r _ < <(sleep 1000)')
    await block.shows('/')
    const place = block.lines[0]?.text ?? ''
    expect(statSync(place).mode & 0o777).toBe(0o700)
    expect(Buffer.byteLength(join(place, 'socket'))).toBeLessThan(100)
    expect(readdirSync(place).toSorted()).toEqual(['aws', 'kubectl', 'socket', 'stderr', 'stdout', 'token'])
    await block.cancel()
    expect(() => statSync(place)).toThrow()
  })
})

describe('in a dry run', () => {
  test('reads pass, what can be becomes --dry-run=server, and the rest is printed', async () => {
    const source = [
      'kubectl get pods',
      'kubectl -n x scale deploy/api --replicas=1',
      "kubectl exec deploy/api -- sh -c 'rm -rf /data'",
      'aws rds describe-db-clusters',
      'aws rds delete-db-cluster --db-cluster-identifier x',
    ].join('\n')
    const block = await start(source, { env: withTools(), dryRun: true })
    expect(await block.result).toMatchObject({
      outcome: { kind: 'exited', code: 0 },
      output: [
        'real kubectl: get pods <>',
        'real kubectl: -n x scale --dry-run=server deploy/api --replicas=1 <>',
        "dry run: would have run: kubectl exec deploy/api -- sh -c 'rm -rf /data'",
        'real aws: rds describe-db-clusters',
        'dry run: would have run: aws rds delete-db-cluster --db-cluster-identifier x',
        '',
      ].join('\n'),
    })
    expect(block.commands.map(({ decision }) => decision)).toEqual([
      'run',
      'dry-run-server',
      'print',
      'run',
      'print',
    ])
  })
})

test('in practice, aws goes to the endpoint of the practice world', async () => {
  const awsEndpointUrl = 'http://127.0.0.1:4566'
  const env = { ...withTools(), HANDRAIL_AWS_ENDPOINT_URL: awsEndpointUrl }
  const block = await start(
    'unset HANDRAIL_AWS_ENDPOINT_URL; aws rds describe-db-clusters; aws --endpoint-url http://x s3 ls',
    { env },
  )
  const { outcome, output } = await block.result
  expect(outcome).toEqual({ kind: 'exited', code: 125 })
  expect(output).toContain(`real aws: --endpoint-url ${awsEndpointUrl} rds describe-db-clusters\n`)
  expect(output).toContain('practice never leaves this machine')
})

test('in a pinned run, a command for another cluster is put on record and refused', async () => {
  const block = await start('kubectl get pods --context staging', {
    env: withTools(),
    pinned: { context: 'prod' },
  })
  expect(await block.result).toMatchObject({
    outcome: { kind: 'exited', code: 125 },
    output:
      'not run: kubectl get pods --context staging\n' +
      'Refused: --context is given, and this run is pinned to the context "prod".\n',
  })
  expect(block.commands).toMatchObject([
    { decision: 'refuse', ran: [], why: expect.stringContaining('pinned') },
  ])
})

test('the bundled stand-in starts in less than 50 ms over what Node itself takes', () => {
  const built = fileURLToPath(new URL('../../dist/stand-in.cjs', import.meta.url))
  const fastest = (args: readonly string[]) => {
    const times = Array.from({ length: 7 }, () => {
      const since = performance.now()
      try {
        execFileSync(process.execPath, args, { stdio: 'ignore' })
      } catch {
        // Without a parent to ask it refuses: exit 125.
      }
      return performance.now() - since
    })
    return Math.min(...times)
  }
  const node = fastest(['-e', '0'])
  const standIn = fastest([built, join(directory, 'nobody'), 'kubectl', 'get', 'pods'])
  console.info(`node -e 0: ${node.toFixed(0)} ms, stand-in: ${standIn.toFixed(0)} ms`)
  expect(standIn - node).toBeLessThan(50)
})

test('a block that calls handrail gets the one that runs it, and what that calls is announced', async () => {
  const nested = join(directory, 'nested.mjs')
  writeFileSync(
    nested,
    'import { execFileSync } from "node:child_process"\n' +
      'process.stdout.write(execFileSync("kubectl", ["get", ...process.argv.slice(2)]))\n',
  )
  const block = await start('handrail pods "a b"', {
    env: withTools(),
    handrail: [process.execPath, nested],
  })
  expect(await block.result).toMatchObject({ output: 'real kubectl: get pods a b <>\n' })
  expect(block.commands.map(({ argv }) => argv)).toEqual([['get', 'pods', 'a b']])
  const without = await start('handrail pods', { env: withTools() })
  expect((await without.result).outcome).toEqual({ kind: 'exited', code: 127 })
})
