/** Opens a run, new or left earlier: its lease, its journal, its pin to one cluster, and the conductor on top. */
import { compileRun } from '../../machines/compile.ts'
import type { Mode } from '../../machines/events.ts'
import { printable } from '../health/printable.ts'
import { createJournal, type Journal, openJournal } from '../journal/journal.ts'
import { type Lease, takeLease } from '../journal/lease.ts'
import type { JournalRecord } from '../journal/record.ts'
import { keepOutput, runDirectory, runId } from '../journal/store.ts'
import { parseRunbook } from '../runbook/parse.ts'
import type { Runbook } from '../runbook/runbook.ts'
import { blockEnvironment } from '../shell/environment.ts'
import { startBlock } from '../shell/run-block.ts'
import { type Conductor, conduct } from './conductor.ts'
import { createDiscoverer } from './discover.ts'
import { exitCode } from './exit-code.ts'
import { foldRecords } from './fold.ts'
import { foresee } from './foresee.ts'
import { refuseGiven } from './given.ts'
import { lastReport } from './last-report.ts'
import { endLeftOver, leftOver } from './left-over.ts'
import { contextFor, namespaceFor } from './open-context.ts'
import { type Opening, openingOf } from './opening.ts'
import { createPerformer } from './perform.ts'
import { type Pin, pinRun } from './pin.ts'
import { prepare } from './preparing.ts'
import { typedToBegin } from './production.ts'
import { Refusal } from './refusal.ts'
import { createSecrets } from './secrets.ts'
import { writeEntry } from './write-entry.ts'

/** Who and where: what the shell around a run gives it. */
export interface Around {
  readonly environment: Readonly<Record<string, string>>
  /** The cluster of the environment is a practice one: then no command may leave it for the real AWS either. */
  readonly inPracticeWorld: boolean
  readonly stateDirectory: string
  readonly operator: string
  readonly version: string
  /** What starts this same Handrail, for the blocks that call it: a program and its first arguments. */
  readonly program: readonly string[]
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly random: () => number
  /** Told of each record that is on disk, in order. */
  readonly written: (record: JournalRecord) => void
}

export interface NewRun {
  readonly runbook: Runbook
  readonly source: string
  readonly cwd: string
  readonly mode: Mode
  /** Values given with `-p`. */
  readonly given: Readonly<Record<string, string>>
  readonly context?: string
  readonly namespace?: string
  /** The cluster is a practice world that ends with the run. */
  readonly endsWithWorld?: true
}

export interface OpenRun {
  readonly run: string
  readonly directory: string
  readonly conductor: Conductor
  /** The private kubeconfig for live status; undefined where no cluster is configured. */
  readonly pin: Pin | undefined
  /** Masks the secrets that are known by now in a text. */
  readonly redact: (text: string) => string
  /** Resolves when every parameter has its value; rejects with a Refusal when one can't be had. */
  readonly prepared: Promise<void>
  /** Asks what the run will change and shows it, where the runbook's plan tells; the run can begin meanwhile. */
  readonly foresee: () => Promise<void>
  /** Cancels what runs and ends the run as stopped: for one that nobody can ever go on with. */
  readonly abandon: (reason: string) => Promise<void>
  /** Cancels what runs and gives everything back; the journal stays as it is, to be resumed. */
  readonly close: () => Promise<void>
}

/** Opens a new run. Throws a Refusal, with nothing run, when the cluster or the record can't be had. */
export async function openRun(newRun: NewRun, around: Around): Promise<OpenRun> {
  const { runbook, source, cwd, mode, given, context } = newRun
  refuseGiven(runbook, given)
  const found = await contextFor(runbook, around.environment, context)
  const startedAt = around.now()
  const run = runId(startedAt, runbook.name, around.random)
  const directory = runDirectory(around.stateDirectory, run)
  const lease = await leaseFor(directory, around)
  const pin = found === undefined ? undefined : await pinRun(directory, found)
  try {
    const journal = await createJournal(directory, { run })
    const opening: Opening = {
      handrail: around.version,
      mode,
      runbook: { name: runbook.name, file: runbook.file, sha256: runbook.sha256, source },
      cwd,
      context: pin?.context ?? '',
      server: pin?.server ?? '',
      namespace: namespaceFor(newRun, found),
    }
    const record = await journal.append({
      at: new Date(startedAt).toISOString(),
      by: around.operator,
      type: 'run.opened',
      data: opening,
    })
    around.written(record)
    const hasNamespace = runbook.parameters.some(({ name }) => name === 'NAMESPACE')
    const fromFlag = newRun.namespace === undefined || !hasNamespace ? {} : { NAMESPACE: newRun.namespace }
    return assemble({
      run,
      directory,
      journal,
      lease,
      pin,
      runbook,
      opening,
      startedAt,
      records: [],
      around,
      given: { ...fromFlag, ...given },
      ...(newRun.endsWithWorld === undefined ? {} : { endsWithWorld: true }),
    })
  } catch (error) {
    await pin?.release()
    throw error
  }
}

/**
 * Takes up a run where it was left. Throws a Refusal when it has ended, somebody else drives it, its record was
 * altered, or the cluster is another one than it is pinned to.
 */
export async function resumeRun(
  run: string,
  given: Readonly<Record<string, string>>,
  around: Around,
): Promise<OpenRun> {
  const directory = runDirectory(around.stateDirectory, run)
  const lease = await leaseFor(directory, around)
  let pin: Pin | undefined
  try {
    const opened = await openJournal(directory, { run })
    if (!opened.ok)
      throw new Refusal(`the run ${run} can't be resumed: ${opened.problem.message}. Nothing was run.`)
    const { journal, records } = opened
    const opening = openingOf(records[0])
    if (records.at(-1)?.type === 'run.ended')
      throw new Refusal(`the run ${run} has ended; there is nothing to resume.`, exitCode.usage)
    const parsed = parseRunbook(opening.runbook.source, opening.runbook.file)
    if (!parsed.ok)
      throw new Refusal(`the runbook of ${run} can't be read by this version of Handrail. Nothing was run.`)
    const { runbook } = parsed
    const found = await contextFor(
      runbook,
      around.environment,
      opening.context === '' ? undefined : opening.context,
    )
    if ((found?.server ?? '') !== opening.server) {
      throw new Refusal(
        `the run ${run} is pinned to ${opening.server} (context ${opening.context}), ` +
          `but that context now leads to ${found?.server ?? 'no cluster'}. Nothing was run.`,
      )
    }
    pin = found === undefined ? undefined : await pinRun(directory, found)
    const startedAt = Date.parse(records[0]?.at ?? '')
    const open = assemble({
      run,
      directory,
      journal,
      lease,
      pin,
      runbook,
      opening,
      startedAt,
      records,
      around,
      given,
    })
    const left = leftOver(records)
    const ended = left !== undefined && (await endLeftOver(left))
    const data = ended ? { endedProcess: left.pid, step: left.step } : {}
    await open.conductor.record({ type: 'run.resumed', data }, 'operator')
    return open
  } catch (error) {
    await pin?.release()
    await lease.release(new Date(around.now()).toISOString())
    throw error
  }
}

interface Parts {
  readonly run: string
  readonly directory: string
  readonly journal: Journal
  readonly lease: Lease
  readonly pin: Pin | undefined
  readonly runbook: Runbook
  readonly opening: Opening
  readonly startedAt: number
  readonly records: readonly JournalRecord[]
  readonly around: Around
  readonly given: Readonly<Record<string, string>>
  readonly endsWithWorld?: true
}

function assemble(parts: Parts): OpenRun {
  const { run, directory, journal, lease, pin, runbook, opening, startedAt, records, around, given } = parts
  const { mode, context, namespace, cwd } = opening
  const machine = compileRun(runbook)
  const values = new Map<string, string>()
  const secrets = createSecrets(runbook)
  const environment = () =>
    blockEnvironment({
      base: around.environment,
      parameters: Object.fromEntries(values),
      ...(pin === undefined ? {} : { kubeconfig: pin.kubeconfigPath }),
      ...awsPins(around),
    })
  const held = {
    handrail: around.program,
    ...(pin === undefined ? {} : { pinned: { context: pin.context, kubeconfig: pin.kubeconfigPath } }),
  }
  const redact = (text: string) => secrets.redact(text)
  const start = secrets.learnAlong((request) => startBlock({ ...request, ...held }), learnSecrets)
  const performer = createPerformer({
    runbook,
    mode,
    redact,
    cwd,
    ready: () =>
      prepared.then(
        () => true,
        () => false,
      ),
    environment,
    startBlock: start,
    keepOutput: (text) => keepOutput(directory, text),
  })
  const scribe = { operator: around.operator, now: around.now, redact: () => redact, written: around.written }
  const position = foldRecords(machine, records)
  const { endsWithWorld } = parts
  const typed = typedToBegin({ mode, context: printable(context), kind: runbook.kind }, around.environment)
  const fixed = {
    ...{ run, runbook, mode, startedAt },
    // Shown beside everything, and written by whoever writes a kubeconfig.
    ...{ context: printable(context), namespace: printable(namespace) },
    ...(endsWithWorld === undefined ? {} : { endsWithWorld }),
    ...(typed === undefined ? {} : { typedToBegin: typed }),
  }
  const conductor = conduct(machine, position, fixed, {
    append: (entry, by) => writeEntry(journal, entry, by, scribe),
    perform: performer.perform,
    cancel: () => void performer.cancel(),
  })
  conductor.show({ report: lastReport(records) })
  const discover = createDiscoverer({
    conductor,
    cwd,
    environment,
    startBlock: (request) => startBlock({ ...request, ...held }),
  })

  async function learnSecrets(): Promise<string | undefined> {
    return pin === undefined ? undefined : await secrets.learnFrom(environment(), namespace)
  }

  async function fill(): Promise<void> {
    const learnt = await learnSecrets()
    if (learnt !== undefined) conductor.show({ notices: [learnt] })
    for (const [name, value] of Object.entries(conductor.state().parameters)) {
      if (!secrets.isMasked(name, value)) values.set(name, value)
    }
    await prepare(conductor, {
      runbook,
      given,
      environment: around.environment,
      values,
      discover,
      learned: secrets.learnParameter,
      mask: secrets.maskParameter,
      // A plan that was told is another one now.
      changed: () => {
        if (conductor.view().plan !== undefined) foreseen.tell().catch(() => undefined)
      },
    })
  }

  const foreseen = foresee({ runbook, conductor, cwd, environment, redact, startBlock: start })
  const prepared = fill()
  // Whoever opened the run waits for it; until then a refusal must not end the process.
  prepared.catch(() => undefined)
  return {
    run,
    directory,
    conductor,
    pin,
    prepared,
    abandon: async (reason) => {
      await performer.cancel()
      await conductor.decide({ kind: 'stop', reason }, 'flag')
    },
    redact,
    foresee: foreseen.tell,
    close: async () => {
      await foreseen.cancel()
      await performer.cancel()
      await journal.close()
      await lease.release(new Date(around.now()).toISOString())
      await pin?.release()
    },
  }
}

/** AWS is pinned like the cluster: what the environment says at the start holds for the whole run. */
function awsPins({ environment, inPracticeWorld }: Around) {
  const { AWS_PROFILE: awsProfile, AWS_REGION: awsRegion, AWS_ENDPOINT_URL: awsEndpointUrl } = environment
  return {
    ...(awsProfile === undefined ? {} : { awsProfile }),
    ...(awsRegion === undefined ? {} : { awsRegion }),
    ...(inPracticeWorld && awsEndpointUrl !== undefined ? { awsEndpointUrl } : {}),
  }
}

async function leaseFor(directory: string, around: Around): Promise<Lease> {
  const since = new Date(around.now()).toISOString()
  const taken = await takeLease(directory, { operator: around.operator, since })
  if (taken.ok) return taken.lease
  throw new Refusal(taken.message)
}
