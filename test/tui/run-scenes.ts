/** A run at each of its stages, with what may lie over the screen. */
import type { OutputReading, RunUi } from '../../src/tui/run-ui.ts'
import { emptyField } from '../../src/tui/text-field.ts'
import { ailing, faring, type Shot, troubled } from './frames.ts'
import { attested, carryOut, read, type StagedRun, stageRun } from './staged-run.ts'

export interface Scene {
  readonly name: string
  readonly run: () => StagedRun
  readonly shot?: Shot
}

function asking(): StagedRun {
  const run = stageRun()
  run.show({
    question: {
      name: 'IMAGE',
      question: 'Image to ship',
      example: 'loanserve/api:v1.2.3',
      secret: false,
      refused: '"v1.2.3" does not match ^[a-z0-9./-]+:[\\w.-]+$, e.g. loanserve/api:v1.2.3',
    },
    parameters: run.view().parameters.slice(0, 1),
  })
  return run
}

/** Another value than the one that was there is typed, and can't be taken. */
const changing: Partial<RunUi> = { editing: { name: 'IDLE', field: { text: 'gren', at: 4 } } }

function foreseen(): StagedRun {
  const run = stageRun()
  const lines = [
    'deployment.apps/api-green image updated (server dry run)',
    'diff -u -N /tmp/LIVE-1/apps.v1.Deployment.loanserve.api-green /tmp/MERGED-2/apps.v1.Deployment.loanserve.api-green',
    '--- /tmp/LIVE-1/apps.v1.Deployment.loanserve.api-green\t2026-11-23 03:00:00',
    '+++ /tmp/MERGED-2/apps.v1.Deployment.loanserve.api-green\t2026-11-23 03:00:00',
    '@@ -6,7 +6,7 @@',
    '   creationTimestamp: "2026-11-12T04:34:47Z"',
    '-  generation: 4',
    '+  generation: 5',
    '   labels:',
    '     app: api',
    '@@ -60,7 +60,7 @@',
    '               secretKeyRef:',
    '                 name: loanserve-secrets',
    '-        image: loanserve/api:v1.2.1',
    '+        image: loanserve/api:v1.2.3',
    '         imagePullPolicy: IfNotPresent',
    '         name: api',
    'Then: loanserve/api:v1.2.3 on green with 3 pods, and the traffic from blue to green.',
  ]
  run.show({ plan: { kind: 'told', lines } })
  return run
}

/** The step before has printed more than there is room for. */
function afterMuch(): StagedRun {
  const run = atShip()
  const lines = Array.from({ length: 60 }, (_, index) => ({
    stream: 'stdout' as const,
    text: `api-${index} 1/1 Running`,
  }))
  run.show({ output: { step: 'look', role: 'command', lines, dropped: 0 } })
  return run
}

function inProduction(): StagedRun {
  const run = stageRun()
  run.show({ typedToBegin: 'production' })
  return run
}

function atChecklist(): StagedRun {
  const run = stageRun()
  run.happen({ type: 'run.begun', how: 'key' })
  run.happen({
    type: 'item.attested',
    step: 'what-has-to-be-true-first',
    item: run.view().runbook.phases[0]?.steps[0]?.checklist[0]?.id ?? '',
    how: 'key',
  })
  return run
}

const atShip = (mode: 'live' | 'practice' | 'dry-run' = 'live') => carryOut(attested(stageRun(mode)))

function running(): StagedRun {
  const run = atShip()
  run.happen({ type: 'step.confirmed', step: 'ship', how: 'key' })
  run.start()
  run.show({
    output: {
      step: 'ship',
      role: 'command',
      lines: [{ stream: 'stdout', text: 'deployment.apps/api-green image updated' }],
      dropped: 0,
    },
  })
  run.pass(4200)
  return run
}

function failed(): StagedRun {
  const run = running()
  run.end()
  run.start()
  run.pass(10_000)
  run.end({ kind: 'timed-out' })
  run.show({
    output: {
      step: 'ship',
      role: 'verify',
      lines: [
        { stream: 'stdout', text: 'deployment.apps/api-green image updated' },
        {
          stream: 'stdout',
          text: 'Waiting for deployment "api-green" rollout to finish: 1 old replicas are pending termination...',
        },
        { stream: 'stderr', text: 'error: timed out waiting for the condition' },
      ],
      dropped: 0,
    },
  })
  return run
}

const atScale = () => carryOut(atShip(), 2)

function unknown(): StagedRun {
  const run = atScale()
  run.happen({ type: 'step.confirmed', step: 'scale', how: 'key' })
  run.start()
  run.happen({ type: 'run.resumed' })
  return run
}

function atGate(): StagedRun {
  const run = carryOut(atScale())
  run.happen({ type: 'step.confirmed', step: 'gate', how: 'key' })
  for (const ms of [42, 44, 41]) {
    run.start()
    run.pass(5000)
    run.end({ kind: 'exited', code: 0 }, `health 200 in ${ms} ms`)
  }
  return run
}

/** Tripped, with the rollback counted down. */
function countedDown(): StagedRun {
  const run = gateTripped()
  run.show({ countdown: { step: 'gate', until: run.now() + 13_400 } })
  return run
}

/** The gate was tripped by its second sample. */
function gateTripped(): StagedRun {
  const run = carryOut(atScale())
  run.happen({ type: 'step.confirmed', step: 'gate', how: 'key' })
  run.start()
  run.pass(5000)
  run.end()
  run.start()
  run.pass(200)
  run.end({ kind: 'exited', code: 22 })
  return run
}

function rollingBack(): StagedRun {
  const run = gateTripped()
  run.happen({ type: 'rollback.chosen', how: 'key', reason: 'errors rise' })
  run.start()
  run.pass(2000)
  run.end()
  run.start()
  run.pass(1000)
  return run
}

function rolledBack(): StagedRun {
  const run = rollingBack()
  run.end()
  return run
}

function undoFailed(): StagedRun {
  const run = rollingBack()
  run.end({ kind: 'exited', code: 1 })
  return run
}

function atForget(): StagedRun {
  const run = atGate()
  while (stageOf(run) === 'gate') {
    run.start()
    run.pass(5000)
    run.end()
  }
  return run
}

function stageOf(run: StagedRun): string {
  const { stage } = run.view().state
  return stage.stage === 'walking' ? stage.step : stage.stage
}

function stopped(): StagedRun {
  const run = failed()
  run.happen({ type: 'run.stopped', how: 'key', reason: 'calling the team' })
  return run
}

const done = () => carryOut(atForget())

const troubleshooting = read(`---
title: Health checks failing
kind: troubleshooting
params:
  IDLE: { default: green }
---
# Health checks failing
## Look at the pods
### What the pods say
Each pod, its restarts and why it waits.

\`\`\`sh {name=pods}
kubectl get pods -l "color=$IDLE"
\`\`\`

\`\`\`sh finding {leads="rollback maintenance"}
handrail probe endpoints
\`\`\`

### What the database says
\`\`\`sh {name=database}
handrail probe database
\`\`\`
`)

function found(): StagedRun {
  const run = stageRun('live', troubleshooting)
  run.happen({ type: 'run.begun', how: 'key' })
  run.start()
  run.pass(300)
  run.show({
    output: {
      step: 'pods',
      role: 'command',
      lines: [
        { stream: 'stdout', text: 'NAME                        READY   STATUS             RESTARTS   AGE' },
        { stream: 'stdout', text: 'api-green-697ffdcc4-kq55d   0/1     CrashLoopBackOff   4          2m' },
      ],
      dropped: 0,
    },
  })
  run.end()
  run.start()
  run.pass(200)
  run.find({
    text: '0 of 3 green pods are ready: CrashLoopBackOff.\nThe new image does not start, so going back is the way.',
    leadsTo: 'rollback',
  })
  return run
}

/** What was found is told again at the end. */
function foundAndDone(): StagedRun {
  const run = found()
  run.happen({ type: 'step.confirmed', step: 'pods', how: 'key' })
  run.start()
  run.end()
  return run
}

/** A rollout that has told much, one line of it longer than the screen. */
function talkative(): StagedRun {
  const run = running()
  const lines = Array.from({ length: 60 }, (_, index) => ({
    stream: 'stdout' as const,
    text:
      index % 20 === 7
        ? `E1123 03:00:${String(index).padStart(2, '0')} reflector.go:205 "Failed to watch" err="failed to list *v1.Pod: Get \\"https://10.0.0.1:6443/api/v1/pods\\": dial tcp 10.0.0.1:6443: connect: connection refused"`
        : `Waiting for deployment "api-green" rollout to finish: ${index} of 60 updated replicas are available...`,
  }))
  run.show({ output: { step: 'ship', role: 'command', lines, dropped: 1200 } })
  return run
}

function reading(over: Partial<OutputReading>, ui: Partial<RunUi> = {}): Shot {
  const file = field('20261123-030000-deploy-ship.txt')
  const read = { wraps: true, sideways: 0, sought: emptyField, file, ...over }
  return { ui: { ...ui, overlay: { kind: 'output', reading: read } } }
}

const field = (typed: string) => ({ text: typed, at: typed.length })
const overlay = (over: RunUi['overlay']): Shot => (over === undefined ? {} : { ui: { overlay: over } })

export const scenes: readonly Scene[] = [
  { name: 'asking', run: asking, shot: { ui: { answer: field('loanserve/api:v1') } } },
  { name: 'asking-refused', run: asking },
  { name: 'changing', run: () => stageRun(), shot: { ui: changing } },
  { name: 'plan', run: () => stageRun() },
  { name: 'plan-foreseen', run: foreseen },
  {
    name: 'plan-typed',
    run: inProduction,
    shot: overlay({ kind: 'typed', purpose: 'begin', wants: 'production', field: field('prod') }),
  },
  { name: 'checklist', run: atChecklist, shot: { ui: { item: 1 } } },
  { name: 'confirming-after-much', run: afterMuch },
  { name: 'confirming', run: () => atShip() },
  { name: 'confirming-practice', run: () => atShip('practice') },
  { name: 'confirming-dry-run', run: () => atShip('dry-run') },
  { name: 'running', run: running },
  { name: 'output', run: talkative, shot: reading({}) },
  {
    name: 'output-search',
    run: talkative,
    shot: reading({ sought: field('refused'), typing: 'search', match: 1227 }, { held: 1230 }),
  },
  { name: 'output-sideways', run: talkative, shot: reading({ wraps: false, sideways: 32 }, { held: 1229 }) },
  { name: 'output-copy', run: talkative, shot: reading({ typing: 'file' }) },
  { name: 'output-none', run: () => atShip(), shot: reading({}) },
  { name: 'failed', run: failed, shot: { status: troubled } },
  { name: 'faring', run: running, shot: { vitals: faring } },
  { name: 'ailing', run: failed, shot: { status: troubled, vitals: ailing } },
  { name: 'failed-ascii', run: failed, shot: { status: troubled, theme: { ascii: true, palette: {} } } },
  { name: 'unknown', run: unknown },
  { name: 'gate', run: atGate },
  { name: 'found', run: found },
  { name: 'found-lead', run: found, shot: overlay({ kind: 'lead', runbook: 'rollback' }) },
  { name: 'found-done', run: foundAndDone },
  { name: 'gate-tripped', run: gateTripped },
  { name: 'gate-countdown', run: countedDown },
  { name: 'destroy', run: atForget },
  {
    name: 'destroy-typed',
    run: atForget,
    shot: overlay({ kind: 'typed', purpose: 'destroy', wants: 'forget', field: field('for') }),
  },
  {
    name: 'rollback-asked',
    run: gateTripped,
    shot: overlay({ kind: 'reason', purpose: 'rollback', field: field('errors rise') }),
  },
  { name: 'rolling-back', run: rollingBack },
  { name: 'undo-failed', run: undoFailed },
  { name: 'rolled-back', run: rolledBack },
  { name: 'stopped', run: stopped },
  { name: 'done', run: done },
  { name: 'help', run: failed, shot: overlay({ kind: 'help' }) },
  { name: 'emergency', run: gateTripped, shot: overlay({ kind: 'emergency' }) },
  { name: 'leave', run: running, shot: overlay({ kind: 'leave' }) },
  { name: 'pods', run: failed, shot: { status: troubled, vitals: ailing, ui: { tab: 'pods' } } },
  { name: 'steps', run: failed, shot: { ui: { tab: 'steps' } } },
]
