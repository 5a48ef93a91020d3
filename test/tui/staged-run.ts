/** A run on a stage: the real machine and a real runbook behind a session that only notes what it is told. */
import { compileRun } from '../../machines/compile.ts'
import type { Deed, Finding, Mode, Outcome, RunEvent } from '../../machines/events.ts'
import type {
  Action,
  BlockOutput,
  Countdown,
  Plan,
  Question,
  RunSession,
  RunView,
} from '../../src/run/session.ts'
import { whoAfter } from '../../src/run/who.ts'
import { parseRunbook } from '../../src/runbook/parse.ts'
import type { Runbook } from '../../src/runbook/runbook.ts'

/** When a staged run began: 23 November 2026, 03:00 UTC. */
export const began = Date.UTC(2026, 10, 23, 3)

const source = `---
title: Blue/green deployment
summary: Ship an image to the idle color, move the traffic, keep the way back open.
kind: deployment
params:
  NAMESPACE: { default: loanserve }
  IMAGE: { ask: Image to ship, pattern: '^[a-z0-9./-]+:[\\w.-]+$', example: loanserve/api:v1.2.3 }
  PREVIOUS_IMAGE: { default: loanserve/api:v1.2.2 }
  IDLE: { default: green, oneOf: [blue, green] }
emergency: rollback
---
# Blue/green deployment
## Before the deployment
### What has to be true first
Nobody can check these for you. Your name goes on the record with each.

- [ ] Rollback plan documented
- [ ] Feature flags configured

### See what runs now
Two deployments, one Service. Anything **unexpected** here is a reason to stop; \`kubectl describe\` tells more.

\`\`\`sh {name=look}
kubectl get deployments -n "$NAMESPACE"
\`\`\`

## Deploy to the idle color
### Ship the image
The idle color gets the new image. No user sees it yet.

\`\`\`sh {name=ship provides=shipped}
kubectl set image "deployment/api-$IDLE" "api=$IMAGE" -n "$NAMESPACE"
\`\`\`

\`\`\`sh verify {timeout=10s}
kubectl rollout status "deployment/api-$IDLE" -n "$NAMESPACE" --timeout=5s
\`\`\`

\`\`\`sh undo
kubectl set image "deployment/api-$IDLE" "api=$PREVIOUS_IMAGE" -n "$NAMESPACE"
\`\`\`

### Scale it up
\`\`\`sh {name=scale requires=shipped}
kubectl scale deployment "api-$IDLE" --replicas=3 -n "$NAMESPACE"
\`\`\`

\`\`\`sh undo
kubectl scale deployment "api-$IDLE" --replicas=1 -n "$NAMESPACE"
\`\`\`

### Watch it under traffic
\`\`\`sh watch {name=gate window=30s every=5s allow=0 timeout=5s}
curl -fsS -m 2 http://api.loanserve.io/healthz
\`\`\`

## Afterwards
### Delete the old configuration
\`\`\`sh {name=forget}
kubectl delete configmap api-old -n "$NAMESPACE"
\`\`\`
`

/** The runbook that staged runs follow. */
const stagedRunbook: Runbook = read(source)

/** Reads a runbook that a test wrote; throws with its problems. */
export function read(markdown: string): Runbook {
  const parsed = parseRunbook(markdown, 'staged.md')
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'))
  return parsed.runbook
}

type Shown = Pick<RunView, 'parameters' | 'notices' | 'durations' | 'context' | 'who'> & {
  readonly question?: Question
  readonly output?: BlockOutput
  readonly countdown?: Countdown
  readonly typedToBegin?: string
  readonly plan?: Plan
}

/** An event without its time, which the stage's clock gives. */
type Happening = RunEvent extends infer E
  ? E extends { readonly at: number }
    ? Omit<E, 'at'>
    : never
  : never

export interface StagedRun {
  readonly session: RunSession
  /** What the front end asked for, in order. Nothing of it happens by itself. */
  readonly actions: readonly Action[]
  readonly now: () => number
  readonly pass: (ms: number) => void
  /** Lets something happen to the run, now. */
  readonly happen: (event: Happening) => void
  /** Starts the block that the machine handed out last; `end` ends it. */
  readonly start: () => void
  readonly end: (outcome?: Outcome, says?: string) => void
  /** Ends a finding block with what it found. */
  readonly find: (finding: Finding) => void
  readonly show: (change: Partial<Shown>) => void
  readonly view: () => RunView
}

const parameters = [
  { name: 'NAMESPACE', value: 'loanserve', source: 'default' },
  { name: 'IMAGE', value: 'loanserve/api:v1.2.3', source: 'given' },
  {
    name: 'PREVIOUS_IMAGE',
    value: 'loanserve/api:v1.2.2',
    source: 'from kubectl get deployment "api-$IDLE"',
  },
  { name: 'IDLE', value: 'green', source: 'default' },
]

/** A run that has its parameters and waits to begin. */
export function stageRun(mode: Mode = 'live', runbook: Runbook = stagedRunbook): StagedRun {
  const machine = compileRun(runbook)
  let [snapshot, deeds] = machine.start()
  let clock = began
  let shown: Shown = { parameters, notices: [], durations: {}, context: 'production', who: {} }
  let running: Extract<Deed, { type: 'startBlock' }> | undefined
  const listeners = new Set<() => void>()
  const actions: Action[] = []
  let view = assemble()

  function assemble(): RunView {
    return {
      run: '20261123-030000-deploy',
      runbook,
      mode,
      namespace: 'loanserve',
      startedAt: began,
      state: machine.state(snapshot),
      ...shown,
    }
  }
  function publish() {
    view = assemble()
    for (const listener of listeners) listener()
  }
  function take(event: RunEvent) {
    shown = { ...shown, who: whoAfter(shown.who, event, 'tess') }
    ;[snapshot, deeds] = machine.next(snapshot, event)
    running = deeds.findLast((deed) => deed.type === 'startBlock') ?? running
    publish()
  }
  function block() {
    if (running === undefined) throw new Error('the machine handed out no block')
    const { step, role, attempt } = running
    return { step, role, attempt, at: clock }
  }
  for (const { name, value, source } of parameters) {
    take({ type: 'parameter.set', name, value, source, at: clock })
  }
  return {
    session: {
      view: () => view,
      subscribe: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      act: (action) => {
        actions.push(action)
      },
      ended: new Promise(() => undefined),
    },
    actions,
    now: () => clock,
    pass: (ms) => {
      clock += ms
    },
    happen: (event) => take({ ...event, at: clock }),
    start: () => take({ type: 'block.started', ...block() }),
    end: (outcome = { kind: 'exited', code: 0 }, says) =>
      take({ type: 'block.ended', ...block(), outcome, ...(says === undefined ? {} : { says }) }),
    find: (finding) =>
      take({ type: 'block.ended', ...block(), outcome: { kind: 'exited', code: 0 }, finding }),
    show: (change) => {
      shown = { ...shown, ...change }
      publish()
    },
    view: () => view,
  }
}

/** Begins the run and attests its first step. */
export function attested(run: StagedRun): StagedRun {
  run.happen({ type: 'run.begun', how: 'key' })
  const first = run.view().runbook.phases[0]?.steps[0]
  for (const item of first?.checklist ?? []) {
    run.happen({ type: 'item.attested', step: first?.id ?? '', item: item.id, how: 'key' })
  }
  const stage = run.view().state.stage
  if (stage.stage === 'walking' && stage.step === first?.id) {
    run.happen({ type: 'step.confirmed', step: stage.step, how: 'key' })
  }
  return run
}

/** Carries the current step out: confirmed, every block of it started and ended well after a second. */
export function carryOut(run: StagedRun, blocks = 1): StagedRun {
  const { stage } = run.view().state
  if (stage.stage !== 'walking') throw new Error(`the run is ${stage.stage}`)
  run.happen({ type: 'step.confirmed', step: stage.step, how: 'key' })
  for (let block = 0; block < blocks; block += 1) {
    run.start()
    run.pass(1000)
    run.end()
  }
  run.show({ durations: { ...run.view().durations, [stage.step]: 1000 * blocks } })
  return run
}
