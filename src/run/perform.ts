/** Carries a block out: the intent on record, the process, its output kept, its end on record. */
import { endedWell } from '../../machines/awaited.ts'
import type { Mode, Outcome } from '../../machines/events.ts'
import { processStart } from '../journal/lease.ts'
import type { Json } from '../journal/record.ts'
import type { Block, Runbook } from '../runbook/runbook.ts'
import type { AnnouncedCommand, BlockRequest, BlockResult, RunningBlock } from '../shell/block.ts'
import { explainFailure } from '../shell/failure.ts'
import { BlockNotStarted } from '../shell/run-block.ts'
import type { Conductor, StartBlock } from './conductor.ts'
import { dryRunSkips } from './dry-run.ts'
import { findingOf } from './finding.ts'
import { createOutputLog } from './output-log.ts'
import { sampleWords } from './sample-words.ts'
import type { FailureReport, OutputLine } from './session.ts'

/** What a shell answers for a command that it can't start (POSIX: 126). */
const NOT_STARTED = 126

/** Lines of a finding block, or of a gate's sample, that are looked at. */
const FINDING_LINES = 200

/** What was heard of a block while it ran. */
interface Heard {
  readonly commands: AnnouncedCommand[]
  /** Of a finding block, or of a gate's sample. */
  readonly lines: OutputLine[]
}

export interface Surroundings {
  readonly runbook: Runbook
  readonly mode: Mode
  readonly redact: (text: string) => string
  /** Where a block without a folder of its own runs. */
  readonly cwd: string
  /** False when the parameters could not be filled: then nothing is carried out. */
  readonly ready: () => Promise<boolean>
  /** The environment of a block's process, parameters included. */
  readonly environment: () => Readonly<Record<string, string>>
  readonly startBlock: (request: BlockRequest) => Promise<RunningBlock>
  readonly keepOutput: (text: string) => Promise<{ readonly sha256: string; readonly bytes: number }>
}

export interface Performer {
  readonly perform: (deed: StartBlock, conductor: Conductor) => Promise<void>
  /** Ends what runs or is about to run; resolves when nothing of it is left. */
  readonly cancel: () => Promise<void>
}

/** One performer serves one run: at most one block at a time. */
export function createPerformer(surroundings: Surroundings): Performer {
  let running: RunningBlock | undefined
  let pause: AbortController | undefined
  let cancelled = false
  let finished: Promise<void> = Promise.resolve()
  const log = createOutputLog()

  async function perform(deed: StartBlock, conductor: Conductor): Promise<void> {
    const block = blockOf(surroundings.runbook, deed)
    cancelled = false
    if (!(await surroundings.ready())) return
    if (surroundings.mode === 'dry-run') {
      const skipped = dryRunSkips(block, deed.role)
      if (skipped !== undefined) {
        log.begin(deed, conductor)(wouldRun(block))
        return end(deed, { kind: 'not-run', why: skipped }, { source: block.source }, conductor)
      }
    }
    pause = new AbortController()
    await wait(deed.delayMs, pause.signal)
    if (cancelled) return end(deed, { kind: 'cancelled' }, {}, conductor)
    const { step, role, attempt } = deed
    await conductor.record({
      type: 'block.started',
      data: { step, role, attempt, effect: block.effect, source: block.source },
    })
    const commands: AnnouncedCommand[] = []
    const lines: OutputLine[] = []
    const result = await run(deed, block, { commands, lines }, conductor)
    const finding = role === 'finding' ? findingOf(result.outcome, lines, leadsOf(step)) : undefined
    const says = role === 'watch' ? sampleWords(lines, endedWell(result.outcome)) : undefined
    const report = finding === undefined ? reportOf(deed, block, result, commands) : undefined
    conductor.show({ report })
    const kept = await surroundings.keepOutput(result.output)
    const data = {
      durationMs: Math.round(result.durationMs),
      output: { sha256: kept.sha256, bytes: kept.bytes, printed: result.printedBytes },
      ...(report === undefined ? {} : { report: { ...report } }),
      ...(finding === undefined ? {} : { finding: { ...finding } }),
      ...(says === undefined ? {} : { says }),
    }
    await end(deed, result.outcome, data, conductor)
  }

  async function run(
    deed: StartBlock,
    block: Block,
    { commands, lines }: Heard,
    conductor: Conductor,
  ): Promise<BlockResult> {
    const show = showFor(deed, lines, conductor)
    conductor.show({ report: undefined })
    const { redact, cwd, environment, mode, startBlock } = surroundings
    try {
      running = await startBlock({
        source: block.source,
        ...(block.interpreter === undefined ? {} : { interpreter: block.interpreter }),
        cwd: block.cwd ?? cwd,
        env: environment(),
        ...(block.timeoutMs === undefined ? {} : { timeoutMs: block.timeoutMs }),
        dryRun: mode === 'dry-run',
        redact,
        onCommand: async (command) => {
          await announce(deed, command, conductor)
          commands.push(command)
        },
        onOutput: show,
      })
      if (cancelled) running.cancel()
      await conductor.record({ type: 'block.process', data: await processData(deed, running.pid) })
      return await running.result
    } catch (error) {
      await running?.cancel()
      const why = error instanceof Error ? error.message : String(error)
      if (!(error instanceof BlockNotStarted)) {
        return { outcome: { kind: 'lost', why }, durationMs: 0, output: '', printedBytes: 0 }
      }
      show([{ stream: 'stderr', text: why }])
      return {
        outcome: { kind: 'exited', code: NOT_STARTED },
        durationMs: 0,
        output: `${why}\n`,
        printedBytes: 0,
      }
    } finally {
      running = undefined
    }
  }

  /** What a finding prints is shown as what it found; everything else as it comes. */
  function showFor(deed: StartBlock, lines: OutputLine[], conductor: Conductor) {
    const keep = (batch: readonly OutputLine[]) => {
      if (lines.at(-1)?.unfinished === true) lines.pop()
      lines.push(...batch)
      // However much it prints, a finding is made of its end.
      lines.splice(0, Math.max(0, lines.length - FINDING_LINES))
    }
    if (deed.role === 'finding') return keep
    const show = log.begin(deed, conductor)
    if (deed.role !== 'watch') return show
    return (batch: readonly OutputLine[]) => {
      keep(batch)
      show(batch)
    }
  }

  function leadsOf(step: string): readonly string[] {
    return (
      surroundings.runbook.phases.flatMap(({ steps }) => steps).find(({ id }) => id === step)?.leads ?? []
    )
  }

  /** The failure in sentences, masked like everything that is shown. */
  function reportOf(
    { step, role }: StartBlock,
    block: Block,
    { outcome }: BlockResult,
    commands: readonly AnnouncedCommand[],
  ): FailureReport | undefined {
    const report = explainFailure({
      subject: `The ${role} block of "${step}"`,
      place: `${block.position.file}:${block.position.line}`,
      outcome,
      readsOnly: block.effect === 'read',
      commands,
      ...(block.timeoutMs === undefined ? {} : { timeoutMs: block.timeoutMs }),
    })
    if (report === undefined) return undefined
    const { redact } = surroundings
    const { what, where, unchanged, now } = report
    return { what: redact(what), where, unchanged: redact(unchanged), now }
  }

  return {
    perform: (deed, conductor) => {
      const work = perform(deed, conductor)
      finished = work.catch(() => undefined)
      return work
    },
    cancel: async () => {
      cancelled = true
      pause?.abort()
      await running?.cancel()
      await finished
    },
  }
}

/** Tells the process apart from a later one with the same pid, so that a resume can end what a crash has left. */
async function processData({ step, role, attempt }: StartBlock, pid: number) {
  return { step, role, attempt, pid, started: (await processStart(pid)) ?? '' }
}

async function announce(deed: StartBlock, command: AnnouncedCommand, conductor: Conductor): Promise<void> {
  const { tool, argv, cwd, decision, ran, why } = command
  const { step, role, attempt } = deed
  const changed = ran.length !== argv.length || ran.some((word, index) => word !== argv[index])
  const held = { ...(changed ? { ran } : {}), ...(why === undefined ? {} : { why }) }
  const data = { step, role, attempt, tool, argv, cwd, decision, ...held }
  await conductor.record({ type: 'command.announced', data })
}

/** What the screen says of a block that a dry run does not run. */
function wouldRun(block: Block): readonly OutputLine[] {
  const lines = block.source.trimEnd().split('\n')
  return ['dry run: would have run:', ...lines.map((line) => `  ${line}`)].map((text) => ({
    stream: 'stdout',
    text,
  }))
}

async function end(
  deed: StartBlock,
  outcome: Outcome,
  more: { readonly [key: string]: Json },
  conductor: Conductor,
): Promise<void> {
  const { step, role, attempt } = deed
  await conductor.record({
    type: 'block.ended',
    data: { step, role, attempt, outcome: { ...outcome }, ...more },
  })
}

function blockOf(runbook: Runbook, deed: StartBlock): Block {
  const step = runbook.phases.flatMap((phase) => phase.steps).find((candidate) => candidate.id === deed.step)
  const block = step?.[deed.role]
  if (block === undefined) throw new Error(`the step ${deed.step} has no ${deed.role} block`)
  return block
}

/** Resolves after the time, or at once when aborted. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
