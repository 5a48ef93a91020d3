/**
 * The world in a network namespace that has loopback and nothing else: Linux counts each packet that has no way out
 * (`OutNoRoutes`, /proc/net/snmp and snmp6), so an attempt to leave this machine is seen even where it fails.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { bin } from './terminal.ts'

/** As root, and as a user who may make namespaces of users. */
const ways = [
  ['unshare', '-n'],
  ['unshare', '-r', '-n'],
] as const
const way = ways.find(([program, ...args]) => {
  const tried = spawnSync(program, [...args, 'ip', 'link', 'set', 'lo', 'up'])
  return tried.status === 0
})

const state = mkdtempSync(join(tmpdir(), 'handrail-loopback-'))
afterAll(() => rmSync(state, { recursive: true, force: true }))

/** Attempts to leave, of both families, on stderr as `LEFT n`, around the script. */
const counted = `
left() { awk '/^Ip: [0-9]/ { n = $(col) } /^Ip: F/ { for (i = 1; i <= NF; i++) if ($i == "OutNoRoutes") col = i }
  $1 == "Ip6OutNoRoutes" { n += $2 } END { print n + 0 }' /proc/net/snmp /proc/net/snmp6; }
ip link set lo up
before=$(left)
eval "$SCRIPT"
echo "LEFT $(( $(left) - before ))" >&2
`

function alone(script: string): { readonly left: number; readonly stdout: string; readonly stderr: string } {
  const [program = 'unshare', ...args] = way ?? []
  const { stdout, stderr } = spawnSync(program, [...args, 'bash', '-c', counted], {
    env: { ...process.env, SCRIPT: script, NODE: process.execPath, BIN: bin, HANDRAIL_STATE_DIR: state },
    encoding: 'utf8',
    timeout: 100_000,
  })
  return { left: Number(/LEFT (\d+)/.exec(stderr)?.[1] ?? Number.NaN), stdout, stderr }
}

test.skipIf(way === undefined)('an attempt to leave this machine is counted', () => {
  expect(alone('curl -sS -m 2 http://203.0.113.1/').left).toBeGreaterThan(0)
  expect(alone('curl -sS -m 2 http://api.loanserve.io/').left).toBeGreaterThan(0)
})

test.skipIf(way === undefined)(
  'nothing of the practice world, and nothing that is run in it, tries to reach beyond loopback',
  () => {
    const runbook = join(state, 'reach.md')
    writeFileSync(
      runbook,
      [
        '# Reach for AWS',
        '## Ask',
        '### Where it goes wrong on its own',
        '```sh {effect=read}',
        'aws rds describe-db-clusters --region us-east-1',
        'kubectl get pods -n loanserve',
        '```',
      ].join('\n'),
    )
    const inside = [
      'kubectl get pods -A',
      'kubectl set image deployment/api-green api=loanserve/api:v1.2.3 -n loanserve',
      'kubectl rollout status deployment/api-green -n loanserve --timeout=60s',
      'kubectl exec deploy/api-green -n loanserve -- curl -s https://example.org',
      'curl -sS "$API_URL/healthz"',
      'curl -sS http://api.loanserve.io/api/loans/metrics',
      'curl -sS https://example.org',
      'aws sts get-caller-identity',
      // aws-cli 1.x has an endpoint of its own for RDS there, whatever AWS_ENDPOINT_URL says.
      'aws rds describe-db-clusters --region us-east-1',
      'aws s3 ls',
      'psql "$DATABASE_URL" -c "select count(*) from loans"',
      `handrail run ${runbook} --yes -o json`,
    ]
    const script = `"$NODE" "$BIN" world --speed 20 -- bash -c '${inside.join('; ')}'`
    const { left, stdout, stderr } = alone(script)
    expect(stdout, stderr).toContain('run.ended')
    expect(left, stderr).toBe(0)
  },
)
