import { execFile } from 'node:child_process'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decide, onlyLooks } from '../../src/shell/guard.ts'
import { isLong } from '../long.ts'
import { seed } from './blocks.ts'
import { type Kubectls, type Recorder, realKubectls, recordChanges } from './kubectl.ts'

const words = (line: string) => line.split(' ').filter((word) => word !== '')
const dryRun = (tool: 'kubectl' | 'aws', argv: readonly string[]) => {
  const decision = decide({ tool, argv, dryRun: true })
  if (decision.decision === 'refuse') throw new Error(decision.why)
  return `${decision.decision}: ${decision.ran.join(' ')}`
}

describe('a dry run of kubectl', () => {
  test.each([
    'get pods',
    'get pods --watch',
    'get --raw /metrics',
    '-n x --context y get deploy api-blue -o yaml',
    '--namespace=x get svc',
    '-v=6 -nx describe pod a',
    '--insecure-skip-tls-verify top pods',
    'logs -f deploy/api',
    'rollout status deploy/x --timeout=5s',
    'rollout -n x history deploy/x',
    'wait --for=condition=Ready pod/x',
    'diff -f x.yaml',
    'auth can-i get pods',
    'auth whoami',
    'apply view-last-applied deploy/x',
    'config view --minify',
    'config current-context',
    'explain pods',
    'version --client',
    'events',
    'api-resources',
    'cluster-info',
    'kustomize .',
    '--help',
  ])('runs what only looks: %s', (line) => {
    expect(dryRun('kubectl', words(line))).toBe(`run: ${line}`)
  })

  test.each([
    ['set image deploy/x a=b', 'set image --dry-run=server deploy/x a=b'],
    ['-n x --context y set image deploy/x a=b', '-n x --context y set image --dry-run=server deploy/x a=b'],
    ['scale deploy/x --replicas=1', 'scale --dry-run=server deploy/x --replicas=1'],
    ['apply -f x.yaml', 'apply --dry-run=server -f x.yaml'],
    ['create -f x.yaml', 'create --dry-run=server -f x.yaml'],
    [
      'create secret generic s --from-literal=a=b',
      'create secret --dry-run=server generic s --from-literal=a=b',
    ],
    ['rollout undo deploy/x', 'rollout undo --dry-run=server deploy/x'],
    ['auth reconcile -f x', 'auth reconcile --dry-run=server -f x'],
    ['run x --image=i -- sh -c true', 'run --dry-run=server x --image=i -- sh -c true'],
    ['run x --image=i -- tool --dry-run=none', 'run --dry-run=server x --image=i -- tool --dry-run=none'],
    ['patch svc x --local -p {} -o yaml', 'patch --dry-run=client svc x --local -p {} -o yaml'],
    ['delete pod x', 'delete --dry-run=server pod x'],
    ['--unknown get delete pod x', '--unknown get delete --dry-run=server pod x'],
    ['drain n', 'drain --dry-run=server n'],
    ['taint node n a=b:NoSchedule', 'taint --dry-run=server node n a=b:NoSchedule'],
    ['apply -f x --dry-run=none', 'apply -f x --dry-run=server'],
    ['apply -f x --dry-run=false', 'apply -f x --dry-run=server'],
    ['apply -f x --dry_run=none', 'apply -f x --dry-run=server'],
    ['--dry-run=none apply -f x', '--dry-run=server apply -f x'],
    ['apply -f x --dry-run=server --dry-run=none', 'apply -f x --dry-run=server --dry-run=server'],
    [
      'apply -f x --field-manager --dry-run=client',
      'apply --dry-run=server -f x --field-manager --dry-run=client',
    ],
  ])('lets the server pretend: %s', (line, ran) => {
    expect(dryRun('kubectl', words(line))).toBe(`dry-run-server: ${ran}`)
  })

  test.each(['apply -f x --dry-run=client', 'apply --dry-run=server -f x', 'create ns x --dry-run -o yaml'])(
    'leaves a dry run as it is: %s',
    (line) => {
      expect(dryRun('kubectl', words(line))).toBe(`run: ${line}`)
    },
  )

  test.each([
    'rollout restart deploy/x',
    'rollout pause deploy/x',
    'exec deploy/x -- rm -rf /data',
    'cp a pod:/b',
    'port-forward svc/x 8080:80',
    'attach x',
    'edit deploy x',
    'debug x',
    'proxy',
    'certificate approve x',
    'create token x',
    'apply edit-last-applied deploy/x',
    'config use-context y',
    'alpha kuberc set',
    'create --raw /api/v1/namespaces -f x',
    'delete --raw=/api/v1/namespaces/x',
    'replace --force -f x',
    'run -it x --image=i',
    'ctx production',
    '-- delete pod x',
    'scale deploy x --replicas=1 --field-manager -- --dry-run=none',
  ])('prints what it can neither let pass nor pretend: %s', (line) => {
    expect(dryRun('kubectl', words(line))).toBe(`print: ${line}`)
  })

  test('is nothing that an ordinary run knows of', () => {
    const argv = ['delete', 'pod', 'x']
    expect(decide({ tool: 'kubectl', argv, dryRun: false })).toEqual({ decision: 'run', ran: argv })
  })
})

describe('a dry run of aws', () => {
  test.each([
    'rds describe-db-clusters --db-cluster-identifier x',
    '--region eu-west-1 --output json rds describe-db-clusters',
    'rds --region eu-west-1 wait db-instance-available',
    's3api list-buckets',
    'sts get-caller-identity',
    's3 ls',
    '--version',
    'rds help',
  ])('runs what only looks: %s', (line) => {
    expect(dryRun('aws', words(line))).toBe(`run: ${line}`)
  })

  test.each([
    'rds restore-db-cluster-to-point-in-time --source-db-cluster-identifier x',
    'rds delete-db-cluster --db-cluster-identifier describe-db-clusters',
    'ec2 run-instances --dry-run',
    's3 rm s3://x --recursive',
    '--regi describe-x rds delete-db-cluster',
    '--unknown describe-x rds delete-db-cluster',
    'configure set region x',
  ])('prints the rest: %s', (line) => {
    expect(dryRun('aws', words(line))).toBe(`print: ${line}`)
  })
})

describe('a pinned run', () => {
  const pinned = { context: 'prod', kubeconfig: '/run/kubeconfig', awsProfile: 'prod' }
  const own = { kubeconfig: '/run/kubeconfig', awsProfile: 'prod' }
  const outcome = (tool: 'kubectl' | 'aws', line: string, change: Partial<typeof own> = {}) =>
    decide({ tool, argv: words(line), dryRun: false, pinned, ...own, ...change })

  test.each([
    'get pods',
    '--context prod get pods',
    'get pods --context=prod',
    '--kubeconfig=/run/kubeconfig get pods',
    'apply -fservice.yaml',
    'get pods -o json -l status=ok -nstaging',
    'exec x -- mysql --user=a --password=b --server',
    'exec -it x -- curl --token t',
    'create rolebinding b --role=r --user=u',
    'config view',
  ])('lets pass what stays: kubectl %s', (line) => {
    expect(outcome('kubectl', line)).toEqual({ decision: 'run', ran: words(line) })
  })

  test.each([
    'get pods --context staging',
    '--context=staging get pods',
    '--kubeconfig /other get pods',
    '-s https://other get pods',
    '-shttps://other get pods',
    'get pods -As https://other',
    'logs x -fs https://other',
    'delete pod x --server=https://other',
    'get pods --token t',
    'get pods --as=admin',
    'get pods --as_group=admins',
    'get pods --cluster other',
    'config set-cluster prod --server=https://other',
    'config set clusters.prod.server https://other',
  ])('refuses what leaves it: kubectl %s', (line) => {
    expect(outcome('kubectl', line)).toMatchObject({
      decision: 'refuse',
      why: expect.stringContaining('this run is pinned to the context "prod"'),
    })
  })

  test('refuses a kubeconfig or a profile that the block has set by itself', () => {
    expect(outcome('kubectl', 'get pods', { kubeconfig: '/other' }).decision).toBe('refuse')
    expect(outcome('aws', 'sts get-caller-identity', { awsProfile: 'other' }).decision).toBe('refuse')
    expect(outcome('aws', '--profile other sts get-caller-identity').decision).toBe('refuse')
    expect(outcome('aws', '--prof=other sts get-caller-identity').decision).toBe('refuse')
    expect(outcome('aws', 'sts get-caller-identity').decision).toBe('run')
  })
})

describe('aws in the practice world', () => {
  const awsEndpointUrl = 'http://127.0.0.1:4566'
  const practice = (line: string, isDryRun = false) =>
    decide({ tool: 'aws', argv: words(line), dryRun: isDryRun, awsEndpointUrl })

  test('always goes to its endpoint, in a dry run too', () => {
    const line = 'rds describe-db-clusters'
    const ran = ['--endpoint-url', awsEndpointUrl, ...words(line)]
    expect(practice(line)).toEqual({ decision: 'run', ran })
    expect(practice(line, true)).toEqual({ decision: 'run', ran })
    expect(practice('rds delete-db-cluster', true)).toMatchObject({ decision: 'print' })
  })

  test('is refused another one, also under a shortened name', () => {
    expect(practice('--endpoint-url https://rds.amazonaws.com rds describe-db-clusters').decision).toBe(
      'refuse',
    )
    expect(practice('rds describe-db-clusters --endp=https://rds.amazonaws.com').decision).toBe('refuse')
    expect(practice(`--endpoint-url ${awsEndpointUrl} rds describe-db-clusters`)).toMatchObject({
      decision: 'run',
    })
  })
})

describe('with real kubectl', () => {
  let kubectls: Kubectls
  let server: Recorder
  beforeAll(async () => {
    kubectls = await realKubectls()
    server = await recordChanges()
  })
  afterAll(async () => {
    await kubectls.remove()
    await server.close()
  })

  /** Both outputs; the exit code doesn't matter here. */
  function run(kubectl: string, argv: readonly string[]): Promise<string> {
    const env = { ...process.env, KUBECONFIG: '/dev/null', EDITOR: 'false' }
    return new Promise((resolve) => {
      const child = execFile(kubectl, argv, { env, timeout: 20_000 }, (_error, stdout, stderr) =>
        resolve(stdout + stderr),
      )
      child.stdin?.end()
    })
  }

  const verbLines = [
    'annotate',
    'apply',
    'apply set-last-applied',
    'auth reconcile',
    'autoscale',
    'cordon',
    'create',
    'create configmap',
    'create secret generic',
    'delete',
    'drain',
    'expose',
    'label',
    'patch',
    'replace',
    'rollout undo',
    'run',
    'scale',
    'set env',
    'set image',
    'set resources',
    'set selector',
    'taint',
    'uncordon',
    'certificate approve',
    'rollout restart',
    'rollout pause',
    'exec',
    'cp',
    'debug',
    'edit',
    'port-forward',
    'create token',
    'apply edit-last-applied',
    'attach',
    'proxy',
    'config use-context',
    'rollout resume',
  ]

  test('what is said to take --dry-run takes it, and what is not does not', async () => {
    for (const kubectl of kubectls.paths) {
      const helps = await Promise.all(verbLines.map((line) => run(kubectl, [...words(line), '--help'])))
      const takes = verbLines.filter((_, index) => /^ {4}--dry-run=/m.test(helps[index] ?? ''))
      const said = verbLines.filter((line) =>
        dryRun('kubectl', [...words(line), 'x']).startsWith('dry-run-server'),
      )
      expect(said).toEqual(takes)
    }
  })

  test('every verb that it knows is either a read, a dry run, or printed on purpose', async () => {
    const printed =
      'alpha attach auth certificate config cp debug edit exec plugin port-forward proxy rollout'
    for (const kubectl of kubectls.paths) {
      const verbs = [...(await run(kubectl, ['--help'])).matchAll(/^ {2}([a-z][a-z-]+) {2,}[A-Z]/gm)].flatMap(
        ([, verb]) => verb ?? [],
      )
      expect(verbs.length).toBeGreaterThan(35)
      const unknown = verbs.filter((verb) => dryRun('kubectl', [verb]).startsWith('print'))
      expect(words(printed)).toEqual(expect.arrayContaining(unknown))
    }
  })

  const target = fc.constantFrom(
    'set image deployment/api-green api=x:y',
    'scale deploy api-green --replicas=1',
    'label pod api-green a=b --overwrite',
    'annotate pod api-green a=b --overwrite',
    'delete pod api-green --wait=false --now',
    'delete --raw /api/v1/namespaces/loanserve',
    'create configmap foo',
    'create namespace foo',
    'create --raw /api/v1/namespaces -f /dev/null',
    'run foo --image=x',
    'patch svc api-green -p {"metadata":{"labels":{"a":"b"}}}',
    'cordon api-green',
    'taint node api-green a=b:NoSchedule',
    'rollout restart deploy/api-green',
    'expose deploy api-green --port=80',
    'autoscale deploy api-green --max=3',
    'get pods api-green',
  )
  const nasty = fc.constantFrom(
    '--dry-run=none',
    '--dry-run=false',
    '--dry_run=none',
    '--dry-run',
    '--dry-run=client',
    '--dry-run=server',
    '--field-manager',
    '--field-manager=x',
    '-n',
    '-n=loanserve',
    '--',
    '-o',
    '-oyaml',
    '-v=0',
    '--namespace',
    '--all',
    '--overwrite',
    '--context',
    '-l',
    '--request-timeout=9s',
    '--warnings-as-errors',
    '--local',
    '--force',
    '-i',
    '--raw',
    '-',
  )

  test('no command line, however odd, changes anything in a dry run', async () => {
    const anyLine = fc
      .tuple(target, fc.array(fc.tuple(nasty, fc.nat(12)), { maxLength: 4 }))
      .map(([line, flags]) => {
        const argv = words(line)
        for (const [flag, at] of flags) argv.splice(Math.min(at, argv.length), 0, flag)
        return argv
      })
    const lines = fc.sample(anyLine, { seed: seed(), numRuns: isLong ? 400 : 50 })
    const [kubectl = ''] = kubectls.paths
    const runOne = async (argv: readonly string[]) => {
      const decision = decide({ tool: 'kubectl', argv, dryRun: true })
      if (decision.decision === 'run' || decision.decision === 'dry-run-server') {
        await run(kubectl, [`--server=${server.url}`, ...decision.ran])
        expect(server.changes, `kubectl ${argv.join(' ')} ran as ${decision.ran.join(' ')}`).toEqual([])
      }
    }
    for (const argv of lines) await runOne(argv)
    expect(server.pretended.length).toBeGreaterThan(lines.length / 12)
  })

  test('without the guard the same server sees the changes', async () => {
    for (const kubectl of kubectls.paths) {
      server.changes.length = 0
      await run(kubectl, [`--server=${server.url}`, ...words('label pod api-green a=b --dry_run=none')])
      expect(server.changes).toHaveLength(1)
    }
    server.changes.length = 0
  })
})

test('what only looks is known as such, for both tools', () => {
  expect(onlyLooks('kubectl', words('-n x get pods'))).toBe(true)
  expect(onlyLooks('kubectl', words('delete pod x'))).toBe(false)
  expect(onlyLooks('aws', words('rds describe-db-clusters'))).toBe(true)
  expect(onlyLooks('aws', words('rds delete-db-cluster'))).toBe(false)
})
