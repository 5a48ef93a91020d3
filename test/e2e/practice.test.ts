/** Practice as an operator meets it: the built program, real kubectl, a scenario, and the score at the end. */

import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { isLong } from '../long.ts'
import { bin, openTerminal } from './terminal.ts'

let state = ''
let env: Record<string, string> = {}
beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'handrail-practice-'))
  const own = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  env = { ...Object.fromEntries(own), HANDRAIL_STATE_DIR: state, SHELL: '/bin/sh' }
})
afterAll(() => rm(state, { recursive: true, force: true }))

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `handrail ARGS…` without a terminal, with that text on its standard input. */
function handrail(args: readonly string[], input = ''): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }))
  })
}

const score = z.looseObject({
  scenario: z.string(),
  seed: z.number(),
  outcome: z.string(),
  score: z.number(),
  safe: z.boolean(),
  timeToNoticeMs: z.number().nullable(),
  timeToMitigateMs: z.number().nullable(),
  unsafeActs: z.array(z.looseObject({ what: z.string() })),
})
const scoreLine = z.object({ type: z.literal('practice.score'), data: score })

test('the list names every scenario, as a table of 80 columns and as JSON', async () => {
  const table = await handrail(['practice', '--list'])
  expect(table.code).toBe(0)
  const lines = table.stdout.split('\n')
  expect(lines[0]).toMatch(/^SCENARIO +MIN +WHAT HAPPENS +WHAT IT TEACHES$/)
  expect(lines.filter((line) => line.length > 80)).toEqual([])
  const json = await handrail(['practice', '--list', '-o', 'json'])
  const ids = json.stdout
    .trim()
    .split('\n')
    .map((line) => z.object({ id: z.string(), minutes: z.number() }).parse(JSON.parse(line)).id)
  expect(ids).toContain('crash-loop')
  for (const id of ids) expect(table.stdout).toMatch(new RegExp(`^${id} `, 'm'))
})

test.each([
  [['practice', 'crash-lop'], 'there is no practice scenario "crash-lop". Did you mean crash-loop?'],
  [['practice', 'lock'], 'Did you mean lock-wait?'],
  [['run', 'deploy', '--practice', 'nonsense'], 'handrail practice --list'],
  [['world', '--scenario', 'stale-keys', '--', 'true'], 'Did you mean stale-key?'],
  [['practice', '--seed', '-1'], 'It must be a whole number from 0, e.g. 7.'],
  [['practice', '--seed', '1.5'], 'It must be a whole number from 0, e.g. 7.'],
  [['world', '--seed', 'x'], 'It must be a whole number from 0, e.g. 7.'],
  [['practice', 'crash-loop'], 'handrail run deploy --practice=crash-loop --yes'],
])('%j ends 2 and says what to do', async (args, sentence) => {
  const { code, stderr } = await handrail(args)
  expect(stderr).toContain(sentence)
  expect(stderr).not.toMatch(/\n\s+at /)
  expect(code).toBe(2)
})

const shipGreen = `
kubectl set image deployment/api-green api=loanserve/api:v1.9.9
kubectl rollout status deployment/api-green --timeout=30s`
const select = (color: string) =>
  `kubectl patch service api-main -p '{"spec":{"selector":{"color":"${color}"}}}'`

test('stale-key by hand: seen in the endpoints and put back, it ends 0', { timeout: 90_000 }, async () => {
  const script = `${shipGreen}
    ${select('green')}; sleep 1; kubectl get endpointslices
    ${select('blue')}`
  const args = ['practice', 'stale-key', '--seed', '0', '--speed', '20', '--shell']
  const { code, stdout, stderr } = await handrail(args, script)
  expect(stderr).toContain('Practice: The selector does not switch: a stale key (stale-key, seed 0)')
  expect(stdout).toMatch(/^ {2}\d+ of 100: (excellent|good)$/m)
  expect(stdout).toMatch(/the Service selects no pod at all/)
  expect(stdout).toContain('Good handling')
  expect(code).toBe(0)
})

test('stale-key by hand: left as it is, with a forced deletion, it ends 1 and says why', async () => {
  const script = `${shipGreen}
    ${select('green')}; sleep 2
    kubectl delete pods -l color=blue --force --grace-period=0`
  const args = ['practice', 'stale-key', '--seed', '0', '--speed', '20', '--shell', '-o', 'json']
  const { code, stdout } = await handrail(args, script)
  const report = score.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
  expect(report).toMatchObject({ scenario: 'stale-key', seed: 0, outcome: 'not-mitigated', safe: false })
  expect(report.unsafeActs.map(({ what }) => what)).toContainEqual(expect.stringMatching(/^deleted pods\//))
  expect(code).toBe(1)
})

/** The heart of a deployment: what a scenario's trouble needs to begin. */
const shipping = `---
title: Ship an image
kind: deployment
params:
  IMAGE: { ask: Image to ship }
---
# Ship an image

## Ship

### Ship it

\`\`\`sh {name=ship}
kubectl set image deployment/api-green "api=$IMAGE" -n loanserve
\`\`\`

\`\`\`sh verify {timeout=6s}
kubectl rollout status deployment/api-green -n loanserve --timeout=5s
\`\`\`

\`\`\`sh undo {timeout=60s}
kubectl rollout undo deployment/api-green -n loanserve
kubectl rollout status deployment/api-green -n loanserve --timeout=60s
\`\`\`
`

test.each(isLong ? ['deploy', 'ship.md'] : ['ship.md'])(
  'crash-loop by the runbook %s: rolled back, with the score as the last line of JSON',
  async (name) => {
    const runbook = name === 'deploy' ? name : join(state, name)
    if (runbook !== name) await writeFile(runbook, shipping)
    const { code, stdout, stderr } = await handrail([
      ...['run', runbook, '--practice', 'crash-loop', '--seed', '5', '--speed', '20'],
      ...['--yes', '--attest', '--on-failure=rollback', '-o', 'json'],
    ])
    expect(stderr).toContain('crash-loop, seed 5')
    const { data } = scoreLine.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
    expect(data).toMatchObject({ scenario: 'crash-loop', outcome: 'mitigated', score: 100, safe: true })
    expect(code).toBe(3)
  },
)

test.runIf(isLong)('crash-loop by the runbook: left as it is, nothing is mitigated', async () => {
  const { code, stdout } = await handrail([
    ...['run', 'deploy', '--practice', 'crash-loop', '--seed', '5', '--speed', '20'],
    ...['--yes', '--attest', '--on-failure=stop', '-p', 'DRAIN_SECONDS=1', '--plain'],
  ])
  expect(stdout).toContain('55 of 100: not handled')
  expect(stdout).toContain('It was still so when you left.')
  expect(code).toBe(1)
})

test('world --scenario runs a command in it and tells the debrief on stderr', async () => {
  const { code, stdout, stderr } = await handrail([
    ...['world', '--scenario', 'happy', '--seed', '2', '--speed', '20', '--'],
    ...['sh', '-c', `(${shipGreen.trim().replace('\n', '; ')}; ${select('green')}) > /dev/null; echo done`],
  ])
  expect(stdout).toBe('done\n')
  expect(stderr).toContain('A deployment that goes well (happy, seed 2, speed 20)')
  expect(stderr).toMatch(/^ {2}100 of 100: excellent$/m)
  expect(code).toBe(0)
})

test('without a runbook it is a shell whose prompt says so, into which the pager rings', async () => {
  const terminal = openTerminal({
    args: ['practice', 'external-down', '--seed', '3', '--speed', '30'],
    env: { ...env, SHELL: '/bin/bash' },
    columns: 100,
    rows: 50,
  })
  try {
    await terminal.see('It is 3 a.m. and quiet.')
    await terminal.see('(practice external-down)')
    await terminal.see('>>> PAGER: ALERT')
    terminal.type('kubectl config current-context')
    terminal.press('enter')
    await terminal.see(/^practice$/m)
    terminal.type('exit')
    terminal.press('enter')
    await terminal.see('What it teaches')
    await terminal.see(/\d+ of 100/)
    expect([0, 1]).toContain(await terminal.exited)
  } finally {
    await terminal.close()
  }
})

test.runIf(isLong)(
  'a run that is left in the middle of the trouble leads into a shell, where it can still be mended',
  async () => {
    const terminal = openTerminal({
      args: ['practice', 'crash-loop', '--seed', '5', '--speed', '20'],
      env: { ...env, SHELL: '/bin/bash' },
      columns: 120,
      rows: 40,
    })
    const settle = () => new Promise((resolve) => setTimeout(resolve, 300))
    try {
      await terminal.see('Press Enter to begin.')
      await terminal.see('Ship loanserve/api:v1.')
      terminal.press('enter')
      await terminal.see('Press Enter to begin.')
      await settle()
      terminal.press('enter')
      for (const item of ['Code review', 'Tests', 'Security', 'The flags']) {
        await terminal.see(`› [ ] ${item}`)
        terminal.press('space')
        await terminal.seeNot(`› [ ] ${item}`)
      }
      for (const step of ['Add what the new version needs', 'Ship the image']) {
        await terminal.see(`▸ ${step}`, 60_000)
        await terminal.see('Press Enter to run it.')
        await settle()
        terminal.press('enter')
        await terminal.seeNot(`▸ ${step}`)
      }
      await terminal.see("These pods can't start:", 60_000)
      await settle()
      terminal.press('q')
      await terminal.see('Leave this run?')
      terminal.press('y')
      await terminal.see('the night has not')
      await terminal.see('(practice crash-loop)')
      terminal.type('kubectl set image deployment/api-green api=loanserve/api:v1.2.1')
      terminal.press('enter')
      await terminal.see('image updated')
      terminal.type('exit')
      terminal.press('enter')
      await terminal.see('What it teaches')
      expect(await terminal.exited).toBe(0)
    } finally {
      await terminal.close()
    }
  },
)
