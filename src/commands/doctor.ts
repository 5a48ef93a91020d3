/** `handrail doctor [RUNBOOK…]`: what runbooks need, and what of it is lacking here and now. Changes nothing. */
import { dirname, isAbsolute, resolve } from 'node:path'
import { examineAws } from '../doctor/aws.ts'
import { examineCluster, type Permission } from '../doctor/cluster.ts'
import { examineDatabase } from '../doctor/database.ts'
import { type Diagnosis, diagnosisLines, overall } from '../doctor/diagnosis.ts'
import { examineRecord, examineScreen } from '../doctor/machine.ts'
import { examineTools, type Tool } from '../doctor/tools.ts'
import { ask } from '../health/ask.ts'
import { exitCode } from '../run/exit-code.ts'
import { findRunbook, namedRunbooks } from '../run/find-runbook.ts'
import { readContext } from '../run/pin.ts'
import type { Access, Accesses } from '../runbook/access/access.ts'
import { parseRunbook } from '../runbook/parse.ts'
import type { Parameter, Runbook } from '../runbook/runbook.ts'
import { isExecutableFile, which } from '../shell/which.ts'
import { aroundProcess } from './around.ts'
import { type Needs, needsOf, ownNeeds, wishedFor } from './doctor-needs.ts'
import { fileAccess } from './manifest-access.ts'
import { missingFiles } from './missing-files.ts'
import { howToGet } from './missing-tools.ts'
import { say, sayJson } from './say.ts'

export interface DoctorOptions {
  readonly context?: string
  readonly namespace?: string
  readonly param?: Readonly<Record<string, string>>
  readonly output?: 'json'
}

/** A runbook and what it needs. */
interface Patient {
  readonly runbook: Runbook
  readonly needs: Needs
  /** Where its blocks run. */
  readonly cwd: string
}

/**
 * Examines what the named runbooks need, or all that are known here, and prints it. Gives 0 when nothing is lacking, 1
 * when something is, 5 when nothing is and something could not be found out. Throws a Refusal for a runbook that is not
 * there.
 */
export async function doctorCommand(names: readonly string[], options: DoctorOptions): Promise<number> {
  const { environment: env, stateDirectory } = aroundProcess({}, () => undefined)
  const wanted = names.length > 0 ? names : namedRunbooks(process.cwd()).map(({ name }) => name)
  const seen = await Promise.all(wanted.map((name) => examineRunbook(name, options, env)))
  const patients = seen.flatMap(({ patient }) => (patient === undefined ? [] : [patient]))
  const uses = (tool: string) => patients.some(({ needs }) => needs.tools.has(tool))

  const examined = await Promise.all([
    seen.flatMap(({ diagnoses }) => diagnoses),
    examineTools(toolsOf(patients, env.PATH ?? ''), env),
    uses('kubectl') ? cluster(patients, options, env) : [],
    uses('aws') ? examineAws([...new Set(patients.flatMap(({ needs }) => needs.aws))], env) : [],
    application(patients, env),
    machine(env, stateDirectory),
  ])
  const diagnoses = examined.flat()
  if (options.output === 'json') for (const diagnosis of diagnoses) sayJson(diagnosis)
  else {
    const width = Math.min(process.stdout.columns ?? 100, 120)
    say(`${[...diagnosisLines(diagnoses, width), '', conclusion(diagnoses)].join('\n')}\n`)
  }
  return { ready: exitCode.done, lacking: exitCode.failed, unknown: exitCode.unknown }[overall(diagnoses)]
}

function conclusion(diagnoses: readonly Diagnosis[]): string {
  const count = (standing: Diagnosis['standing']) =>
    diagnoses.filter((diagnosis) => diagnosis.standing === standing).length
  const parts = [
    [count('missing'), 'lacking'],
    [count('unknown'), 'not known'],
    [count('doubtful'), 'to know of'],
  ] as const
  const said = parts.flatMap(([number, words]) => (number === 0 ? [] : [`${number} ${words}`]))
  return said.length === 0 ? 'Nothing is lacking.' : `${said.join(', ')}.`
}

async function examineRunbook(
  name: string,
  { param: given = {} }: DoctorOptions,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly patient?: Patient; readonly diagnoses: readonly Diagnosis[] }> {
  const { file, source, cwd } = await findRunbook(name, process.cwd())
  const parsed = parseRunbook(source, file)
  if (!parsed.ok) {
    const now = `handrail check ${file} says where and why.`
    const subject = { area: 'Runbooks', subject: name, standing: 'missing' } as const
    return { diagnoses: [{ ...subject, says: `has ${parsed.problems.length} problems.`, now }] }
  }
  const { runbook } = parsed
  const lost = await missingFiles(runbook, source, [process.cwd(), cwd, dirname(dirname(file))])
  return {
    patient: { runbook, cwd, needs: needsOf(runbook, { given, env }) },
    diagnoses: [
      { area: 'Runbooks', subject: runbook.name, standing: 'fine', says: said(runbook, given, env) },
      ...lost.map(
        ({ message, position }): Diagnosis => ({
          ...{ area: 'Runbooks', subject: runbook.name, standing: 'missing' },
          says: `${message} (line ${position.line}).`,
        }),
      ),
    ],
  }
}

function said(
  { phases, parameters }: Runbook,
  given: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): string {
  const steps = phases.reduce((sum, phase) => sum + phase.steps.length, 0)
  const asked = parameters
    .filter(({ name, sources }) => given[name] === undefined && isAsked(sources, env))
    .map(({ name }) => name)
  const questions = asked.length === 0 ? '' : `; asks for ${asked.join(', ')}`
  return `${steps} ${steps === 1 ? 'step' : 'steps'}${questions}`
}

/** The operator is asked at once, unless the environment has the answer. */
function isAsked(sources: Parameter['sources'], env: Readonly<Record<string, string>>): boolean {
  const first = sources.find((source) => source.kind !== 'env' || (env[source.variable] ?? '') !== '')
  return first?.kind === 'ask'
}

function toolsOf(patients: readonly Patient[], path: string): readonly Tool[] {
  const found = new Map<string, Tool>()
  for (const { needs, cwd } of patients) {
    for (const name of needs.tools) {
      const own = name.includes('/') ? resolve(cwd, name) : undefined
      // A script that is not there at all is told as a missing file.
      if (own !== undefined && !isAbsolute(name)) continue
      const at = own === undefined ? which(name, path) : isExecutableFile(own) ? own : undefined
      found.set(name, { name, path: at, help: howToGet(name) })
    }
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name))
}

async function cluster(
  patients: readonly Patient[],
  { context: name, namespace }: DoctorOptions,
  env: Readonly<Record<string, string>>,
): Promise<readonly Diagnosis[]> {
  const found = await readContext(env, name)
  const subject = { area: 'Cluster', subject: 'context', standing: 'missing' } as const
  // That kubectl is missing stands among the tools.
  if (found.kind === 'no-kubectl') return []
  if (found.kind === 'no-cluster')
    return [
      {
        ...subject,
        says: `${found.why}.`,
        now: 'Set KUBECONFIG, or choose one: kubectl config use-context.',
      },
    ]
  const { context, server, namespace: own } = found.context
  const named = await Promise.all(
    patients.map(async ({ runbook, needs, cwd }) => ({
      by: runbook.name,
      access: await fileAccess(needs.access, cwd),
    })),
  )
  const permissions = permissionsOf(named, namespace ?? own)
  const unclear = [...new Set(named.flatMap(({ access }) => access.unclear))]
  return [
    ...(await examineCluster({ context, server, namespace: namespace ?? own, permissions, env })),
    ...unclear.map(
      (why): Diagnosis => ({
        area: 'Cluster',
        subject: 'may',
        standing: 'note',
        says: `not known beforehand: ${why}`,
      }),
    ),
  ]
}

function permissionsOf(
  named: readonly { readonly by: string; readonly access: Accesses }[],
  namespace: string,
): readonly Permission[] {
  const needed = new Map<string, Permission>()
  const add = (access: Access, by: readonly string[], optional: boolean) => {
    const place =
      access.namespace === undefined || /[$`]/.test(access.namespace) ? namespace : access.namespace
    const key = [access.verb, access.group, access.resource, access.subresource, place].join(' ')
    const before = needed.get(key)
    needed.set(key, {
      ...{ ...access, namespace: place },
      neededBy: [...new Set([...(before?.neededBy ?? []), ...by])],
      optional: (before?.optional ?? true) && optional,
    })
  }
  for (const { by, access } of named) for (const each of access.accesses) add(each, [by], false)
  // The live status and the masking of secrets look at the namespace that the first runbook works in.
  const main = named.flatMap(({ access }) => access.accesses).find((each) => each.namespace)?.namespace
  for (const each of ownNeeds.accesses) add({ ...each, namespace: main }, ['the live status'], true)
  for (const each of wishedFor.accesses) add({ ...each, namespace: main }, ['the masking of secrets'], true)
  return [...needed.values()]
}

async function application(
  patients: readonly Patient[],
  env: Readonly<Record<string, string>>,
): Promise<readonly Diagnosis[]> {
  const area = 'Application'
  const addresses = patients.flatMap(({ needs }) => (needs.asksApplication ? [needs.apiUrl] : []))
  const answers = await Promise.all([...new Set(addresses)].map((apiUrl) => health(area, apiUrl)))
  const usesDatabase = patients.some(({ needs }) => needs.database)
  const absent = { standing: 'missing', says: 'DATABASE_URL is not set.' } as const
  const now = 'Set it to the database as its owner: postgres://USER:PASSWORD@HOST:5432/DATABASE.'
  const database = usesDatabase
    ? [
        await examineDatabase({
          ...{ area, variable: 'DATABASE_URL', uri: env.DATABASE_URL, absent: { ...absent, now } },
        }),
      ]
    : []
  return [...answers, ...database]
}

async function health(area: string, apiUrl: string | undefined): Promise<Diagnosis> {
  const subject = { area, subject: 'health' }
  if (apiUrl === undefined || apiUrl === '')
    return {
      ...{ ...subject, standing: 'missing', says: 'API_URL is not set.' },
      now: 'Set it to where users reach the application, e.g. https://api.loanserve.io.',
    }
  const url = `${apiUrl.replace(/\/+$/, '')}/healthz`
  const answer = await ask(url)
  if (answer.kind === 'none')
    return {
      ...subject,
      standing: 'missing',
      says: `${url}: ${answer.why}.`,
      now: 'Is API_URL right, is the VPN up?',
    }
  const says = `${url} answers ${answer.status} in ${Math.round(answer.ms)} ms`
  return { ...subject, standing: answer.status === 200 ? 'fine' : 'doubtful', says }
}

async function machine(
  env: Readonly<Record<string, string>>,
  stateDirectory: string,
): Promise<readonly Diagnosis[]> {
  const { stdout } = process
  const size = stdout.isTTY ? { columns: stdout.columns, rows: stdout.rows } : undefined
  const uri = env.HANDRAIL_DATABASE_URL
  const shipped = {
    standing: 'note',
    says: 'HANDRAIL_DATABASE_URL is not set: records stay on this machine',
  } as const
  return await Promise.all([
    examineRecord(stateDirectory),
    examineDatabase({ area: 'Handrail', variable: 'HANDRAIL_DATABASE_URL', uri, absent: shipped }),
    examineScreen({ size, depth: stdout.isTTY ? stdout.getColorDepth() : 1 }, env),
  ])
}
