/** Makes parameters of what other people's blocks leave open, and writes the blocks so that the values reach them. */
import type { Fence } from './fence.ts'
import { findPlaces, type Place, type Within } from './places.ts'
import type { AsWritten, Parameter, ParameterSource } from './runbook.ts'
import { readShell } from './shell-text.ts'
import { isSteering, isWellKnown } from './variables.ts'

export interface FilledFences {
  /** In the order given. */
  readonly fences: readonly Fence[]
  readonly parameters: readonly Parameter[]
}

/** Places that mean the same thing: they get one value. */
interface Group {
  readonly name: string
  readonly first: { readonly place: Place; readonly fence: Fence }
  readonly places: Place[]
}

/**
 * The same blocks with a variable at each open place, and the parameters that give these variables their values. What is
 * written the same way is one parameter.
 */
export function fillFences(fences: readonly Fence[]): FilledFences {
  const found = fences.map((fence) => ({ fence, places: findPlaces(fence.source) }))
  const own = literalsAssigned(fences)
  const groups = new Map<string, Group>()
  const names = new Set<string>()
  for (const { fence, places } of found) {
    for (const place of places) {
      const key = `${place.kind === 'variable' ? place.wish : place.text} ${place.wish}`
      const group = groups.get(key)
      if (group !== undefined) group.places.push(place)
      else {
        const name = place.kind === 'variable' ? place.wish : freeName(place.wish, names, own)
        names.add(name)
        groups.set(key, { name, first: { place, fence }, places: [place] })
      }
    }
  }
  const byPlace = new Map(
    [...groups.values()].flatMap(({ name, places }) => places.map((place) => [place, name])),
  )
  return {
    fences: found.map(({ fence, places }) =>
      filled(fence, places, (place) => byPlace.get(place) ?? place.wish),
    ),
    parameters: uniqueByName([...groups.values()].map((group) => parameterOf(group, own))),
  }
}

/** A blank `<namespace>` and a variable `$NAMESPACE` are one. */
function uniqueByName(parameters: readonly Parameter[]): readonly Parameter[] {
  return [
    ...new Map([...parameters].reverse().map((parameter) => [parameter.name, parameter])).values(),
  ].reverse()
}

/** Every name that some block gives a value to, with the value where it is a plain one: blocks share no variables. */
function literalsAssigned(fences: readonly Fence[]): ReadonlyMap<string, string | undefined> {
  const values = new Map<string, string | undefined>()
  for (const { source } of fences) {
    const { assigned, script } = readShell(source)
    for (const name of assigned) if (!values.has(name)) values.set(name, undefined)
    for (const { command } of script.commands) {
      if (command.type !== 'Command') continue
      const whole = command.name === undefined ? command.prefix : []
      const exported = command.name?.value === 'export' ? command.args : []
      for (const node of [...whole, ...exported]) {
        if (node.type !== 'Assignment' || node.value.type !== 'Word') continue
        const { value } = node.value
        if (!/[$`]/.test(value)) values.set(node.name, value)
      }
    }
  }
  return values
}

/** A name that steers no tool, that no block uses for something else, and that no other place bears. */
function freeName(wish: string, taken: ReadonlySet<string>, own: ReadonlyMap<string, unknown>): string {
  const base = isSteering(wish) || isWellKnown(wish) || own.has(wish) ? `${wish}_VALUE` : wish
  let name = base
  for (let number = 2; taken.has(name); number++) name = `${base}_${number}`
  return name
}

/** From what may hold anything to what may hold least. */
const strictness: readonly Within[] = ['word', 'json-text', 'inner', 'json-value', 'base64']

/**
 * What a value may be so that it stays a piece of the text around it, whichever program reads that text in the end. An
 * example always has its value; everything else may be left empty, and then the step that needs it refuses to run.
 */
const patterns: Readonly<Record<Within, string>> = {
  word: String.raw`(?!-)[^\p{Cc}]+`,
  'json-text': String.raw`[^"\\\p{Cc}]+`,
  'json-value': String.raw`-?\d+(?:\.\d+)?|true|false|null`,
  inner: String.raw`(?!-)[\w.:/@%+=,~-]+`,
  base64: '(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)',
}

function parameterOf(
  { name, first, places }: Group,
  own: ReadonlyMap<string, string | undefined>,
): Parameter {
  const { place, fence } = first
  const position = fence.placeOf(place.start)
  const within = strictness.findLast((one) => places.some((each) => each.within === one)) ?? 'word'
  const given = place.kind === 'example' ? place.text : place.kind === 'variable' ? own.get(name) : undefined
  const pattern = patterns[within]
  const question: ParameterSource = { kind: 'ask', question: questionOf(name, place, within, position.line) }
  return {
    name,
    sources: [
      ...(place.kind === 'variable' ? [{ kind: 'env', variable: name } as const] : []),
      question,
      ...(given === undefined ? [] : [{ kind: 'default', value: given } as const]),
    ],
    pattern: given === undefined ? `(?:${pattern})?` : pattern,
    secret: places.some(({ secret }) => secret),
    uses: [],
    position,
  }
}

function questionOf(name: string, { kind, text }: Place, within: Within, line: number): string {
  const coded = within === 'base64' ? ', in base64' : ''
  if (kind === 'example') return `${name}${coded}: line ${line} says ${text}`
  const what =
    kind === 'blank' ? `line ${line} says ${text}` : `line ${line} uses ${text}, and nothing sets it`
  return `${name}${coded}: ${what}. Empty if no step of yours needs it`
}

/** The fence with its places as variables; its lines are the same ones, so that messages of the shell still count right. */
function filled(fence: Fence, places: readonly Place[], nameOf: (place: Place) => string): Fence {
  if (places.length === 0) return fence
  const edits = places.map((place) => ({ place, text: variableFor(place, nameOf(place)) }))
  let source = ''
  let done = 0
  for (const { place, text } of edits) {
    source += fence.source.slice(done, place.start) + text
    done = place.end
  }
  const written: AsWritten = {
    text: fence.source,
    places: places.map((place) => ({ start: place.start, end: place.end, parameter: nameOf(place) })),
  }
  return {
    ...fence,
    source: source + fence.source.slice(done),
    placeOf: (offset) => fence.placeOf(offsetBefore(offset, edits)),
    written,
  }
}

/** The place as the shell's own text for it. A word that is not quoted gets quotes: a value is never taken apart. */
function variableFor({ kind, quoting }: Place, name: string): string {
  if (kind === 'variable') return `\${${name}:?has no value}`
  const value = kind === 'example' ? `\${${name}}` : `\${${name}:?has no value}`
  switch (quoting) {
    case 'none':
      return kind === 'example' ? `"$${name}"` : `"${value}"`
    case 'single':
      return `'"${value}"'`
    case 'ansi':
      return `'"${value}"$'`
    case 'double':
    case 'here':
      return value
  }
}

/** The offset in the text as it was written that an offset in the new text stands for. */
function offsetBefore(
  offset: number,
  edits: readonly { readonly place: Place; readonly text: string }[],
): number {
  let moved = 0
  for (const { place, text } of edits) {
    const start = place.start + moved
    if (offset < start) break
    if (offset < start + text.length) return place.start
    moved += text.length - (place.end - place.start)
  }
  return offset - moved
}
