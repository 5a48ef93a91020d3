/** A migration: one SQL file, what its first comment lines ask of the runner, and what it is known by. */
import { createHash } from 'node:crypto'

export type Phase = 'expand' | 'contract'

/** Which code no longer needs what a contract removes, and the Service whose traffic must have reached it. */
export interface Requirement {
  /** The image without its tag, e.g. `loanserve/api`. */
  readonly image: string
  /** The first version that does without, e.g. `v1.3.0`. */
  readonly version: string
  readonly namespace: string
  readonly service: string
}

/** A rule that this file may break, and why its author says so. */
interface Allowance {
  readonly rule: string
  readonly because: string
}

export interface Migration {
  readonly phase: Phase
  /** The file's name, e.g. `0001_add_channel.sql`: what the table of what ran knows it by. */
  readonly name: string
  /** The number in front of the name: the order, over both phases. */
  readonly number: number
  /** Where it lies, as a message shows it. */
  readonly path: string
  readonly sql: string
  /** SHA-256 of the text, whatever its line ends. */
  readonly checksum: string
  /** Whether it runs in one transaction. */
  readonly transaction: boolean
  readonly requires?: Requirement
  readonly allows: readonly Allowance[]
  /** How long one of its statements may take, in milliseconds; the runner's own bound if the file names none. */
  readonly statementTimeoutMs?: number
}

/** Something that is wrong with a file before its SQL is even looked at. `line` counts from 1. */
export interface Fault {
  readonly path: string
  readonly line: number
  readonly why: string
}

export type ReadMigration =
  | { readonly ok: true; readonly migration: Migration }
  | { readonly ok: false; readonly faults: readonly Fault[] }

const nameForm = /^(\d{4,})_[a-z0-9_]+\.sql$/
const headForm = /^--\s*(transaction|requires|allow|statement-timeout)\s*:\s*(.*?)\s*$/i
const requirementForm = /^(\S+) >= (v?\d+(?:\.\d+){0,2}) behind ([a-z0-9-]+)\/([a-z0-9-]+)$/
const allowanceForm = /^([a-z0-9-]+) because (.{10,})$/
const durationForm = /^(\d+)(ms|s|min|h)$/
const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 }

/** Whether a file of that name is a migration; others in the folder are a mistake. */
export function isMigrationName(name: string): boolean {
  return nameForm.test(name)
}

/** Reads a file's head. What can't be understood there is a fault, never passed over. */
export function readMigration(file: {
  readonly phase: Phase
  readonly name: string
  readonly path: string
  readonly text: string
}): ReadMigration {
  const { phase, name, path } = file
  const sql = file.text.replaceAll('\r\n', '\n')
  const faults: Fault[] = []
  const fault = (line: number, why: string) => {
    faults.push({ path, line, why })
  }
  let transaction = true
  let requires: Requirement | undefined
  let statementTimeoutMs: number | undefined
  const allows: Allowance[] = []
  for (const { line, key, value } of headOf(sql)) {
    switch (key) {
      case 'transaction':
        if (value === 'none') transaction = false
        else fault(line, `"transaction: ${value}" is not known. The one thing it can say is "none".`)
        break
      case 'requires': {
        const [, image, version, namespace, service] = requirementForm.exec(value) ?? []
        if (image && version && namespace && service) requires = { image, version, namespace, service }
        else fault(line, `"requires: ${value}" can't be read. ${requirementExample}`)
        break
      }
      case 'allow': {
        const [, rule, because] = allowanceForm.exec(value) ?? []
        if (rule && because) allows.push({ rule, because })
        else fault(line, `"allow: ${value}" can't be read. It needs a rule and a reason: ${allowanceExample}`)
        break
      }
      default: {
        const [, count, unit] = durationForm.exec(value) ?? []
        const ms = Number(count) * (unitMs[unit ?? ''] ?? Number.NaN)
        if (ms > 0) statementTimeoutMs = ms
        else fault(line, `"${value}" is no duration. Write it like 90s, 30min or 2h.`)
      }
    }
  }
  if (
    phase === 'contract' &&
    requires === undefined &&
    !faults.some(({ why }) => why.startsWith('"requires'))
  )
    fault(1, `A contract must say which code does without what it removes. ${requirementExample}`)
  if (phase === 'expand' && requires !== undefined)
    fault(1, '"requires" belongs into a contract. An expand must suit the code that runs now.')
  if (faults.length > 0) return { ok: false, faults }
  return {
    ok: true,
    migration: {
      phase,
      name,
      number: Number(nameForm.exec(name)?.[1]),
      path,
      sql,
      checksum: createHash('sha256').update(sql).digest('hex'),
      transaction,
      allows,
      ...(requires === undefined ? {} : { requires }),
      ...(statementTimeoutMs === undefined ? {} : { statementTimeoutMs }),
    },
  }
}

const requirementExample =
  'Example: -- requires: loanserve/api >= v1.3.0 behind loanserve/api-main (namespace/service)'
const allowanceExample = '-- allow: require-concurrent-index-creation because the table holds 40 rows'

/** The known keys among the comment lines before the first statement. */
function headOf(
  sql: string,
): readonly { readonly line: number; readonly key: string; readonly value: string }[] {
  const lines = sql.split('\n')
  const end = lines.findIndex((line) => !/^\s*(--|$)/.test(line))
  return lines.slice(0, end < 0 ? lines.length : end).flatMap((text, index) => {
    const [, key, value] = headForm.exec(text.trim()) ?? []
    return key === undefined || value === undefined
      ? []
      : [{ line: index + 1, key: key.toLowerCase(), value }]
  })
}
