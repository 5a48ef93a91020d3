/** What the cluster says of a definition: whether its names are free, and whether it is served. */
import { timestamp } from '../objects.ts'
import type { Definition, DefinitionCondition, DefinitionNames } from './definition.ts'

interface NamesVerdict {
  readonly accepted: DefinitionNames
  readonly condition: Omit<DefinitionCondition, 'lastTransitionTime'>
}

/** Which names of the definition no other one of its group has, and what is to be said of those it can't have. */
function judgeNames(definition: Definition, others: readonly Definition[]): NamesVerdict {
  const { group, names } = definition.spec
  const rivals = others.filter(
    (other) => other.metadata.uid !== definition.metadata.uid && other.spec.group === group,
  )
  const taken = rivals.flatMap(({ status: { acceptedNames } }) => resourceNames(acceptedNames))
  const takenKinds = rivals.flatMap(({ status: { acceptedNames } }) => kindNames(acceptedNames))
  const conflicts = [
    { reason: 'PluralConflict', name: names.plural, among: taken },
    { reason: 'SingularConflict', name: names.singular ?? '', among: taken },
    ...(names.shortNames ?? []).map((name) => ({ reason: 'ShortNamesConflict', name, among: taken })),
    { reason: 'KindConflict', name: names.kind, among: takenKinds },
    { reason: 'ListKindConflict', name: names.listKind ?? '', among: takenKinds },
  ].filter(({ name, among }) => name !== '' && among.includes(name))
  // The real controller checks one name after another, and keeps what it found last.
  const found = conflicts.at(-1)
  if (found === undefined)
    return {
      accepted: names,
      condition: {
        type: 'NamesAccepted',
        status: 'True',
        reason: 'NoConflicts',
        message: 'no conflicts found',
      },
    }
  return {
    accepted: definition.status.acceptedNames,
    condition: {
      type: 'NamesAccepted',
      status: 'False',
      reason: found.reason,
      message: `"${found.name}" is already in use`,
    },
  }
}

const given = (names: readonly (string | undefined)[]) =>
  names.filter((name) => name !== undefined && name !== '')

function resourceNames({
  plural,
  singular,
  shortNames = [],
}: DefinitionNames): readonly (string | undefined)[] {
  return given([plural, singular, ...shortNames])
}

function kindNames({ kind, listKind }: DefinitionNames): readonly (string | undefined)[] {
  return given([kind, listKind])
}

function establishing(
  definition: Definition,
  namesAccepted: boolean,
): Omit<DefinitionCondition, 'lastTransitionTime'> {
  const before = definition.status.conditions.find(({ type }) => type === 'Established')
  // What was established once stays so: its objects are stored under its names.
  if (before?.status === 'True') return before
  return namesAccepted
    ? {
        type: 'Established',
        status: 'True',
        reason: 'InitialNamesAccepted',
        message: 'the initial names have been accepted',
      }
    : { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' }
}

/** The conditions with this one set; the time of a change is kept where the status is the same. */
export function withCondition(
  conditions: readonly DefinitionCondition[],
  next: Omit<DefinitionCondition, 'lastTransitionTime'>,
  now: number,
): readonly DefinitionCondition[] {
  const before = conditions.find(({ type }) => type === next.type)
  const since = before?.status === next.status ? before.lastTransitionTime : undefined
  const condition = { ...next, lastTransitionTime: since ?? timestamp(now) }
  if (before === undefined) return [...conditions, condition]
  return conditions.map((each) => (each.type === next.type ? condition : each))
}

/** The status that a definition is to have beside the others; `now` is in milliseconds since 1970. */
export function definitionStatus(
  definition: Definition,
  others: readonly Definition[],
  now: number,
): Definition['status'] {
  const { accepted, condition } = judgeNames(definition, others)
  const named = withCondition(definition.status.conditions, condition, now)
  const established = establishing(definition, condition.status === 'True')
  const storage = definition.spec.versions.find((version) => version.storage)?.name
  const { storedVersions } = definition.status
  return {
    ...definition.status,
    acceptedNames: accepted,
    conditions: withCondition(named, established, now),
    storedVersions:
      storage === undefined || storedVersions.includes(storage)
        ? storedVersions
        : [...storedVersions, storage],
  }
}
