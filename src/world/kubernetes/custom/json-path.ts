/**
 * The JSONPath of printer columns and of the scale subresource: `.spec.size`, `.items[0]`, `.a['b.c']`, `.a\.b`,
 * `[*]`, `[-1:]` and `[?(@.type=="Ready")]` (Kubernetes documentation, "JSONPath Support").
 */
import { isDeepStrictEqual } from 'node:util'
import { isJsonObject, isList } from '../record.ts'

type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'all' }
  | { readonly kind: 'everywhere'; readonly name: string }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'index'; readonly at: number }
  | { readonly kind: 'filter'; readonly path: JsonPath; readonly operator: string; readonly value: unknown }

/** A path that has been read. */
export type JsonPath = readonly Step[]

const patterns = {
  everywhere: /^\.\.([\w$-]+)/,
  wildcard: /^(?:\.\*|\[\*\])/,
  field: /^\.((?:\\.|[^.[\\])+)/,
  quoted: /^\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/,
  index: /^\[(-?\d+)\]/,
  slice: /^\[(-?\d*):(-?\d*)\]/,
  filter: /^\[\?\(\s*@((?:[^=!<>()\s]|\\.)*)\s*(?:(==|!=|<=|>=|<|>)\s*([^)]*?))?\s*\)\]/,
} as const

/** Reads a path, with or without `{}` and `$` around it; undefined for text that is none. */
export function parseJsonPath(text: string): JsonPath | undefined {
  let rest = text
    .trim()
    .replace(/^\{(.*)\}$/s, '$1')
    .replace(/^\$/, '')
  const steps: Step[] = []
  while (rest !== '' && rest !== '.') {
    const found = nextStep(rest)
    if (found === undefined) return undefined
    steps.push(found.step)
    rest = rest.slice(found.length)
  }
  return steps
}

function nextStep(text: string): { readonly step: Step; readonly length: number } | undefined {
  for (const [kind, pattern] of Object.entries(patterns)) {
    const match = pattern.exec(text)
    const step = match === null ? undefined : makeStep(kind, match)
    if (match !== null && step !== undefined) return { step, length: match[0].length }
  }
  return undefined
}

const plain = (text: string) => text.replace(/\\(.)/g, '$1')
const bound = (text: string | undefined) => (text ? Number(text) : undefined)

function makeStep(kind: string, [, first = '', second, third]: RegExpExecArray): Step | undefined {
  switch (kind) {
    case 'wildcard':
      return { kind: 'all' }
    case 'everywhere':
      return { kind: 'everywhere', name: first }
    case 'field':
      return { kind: 'field', name: plain(first) }
    case 'quoted':
      return { kind: 'field', name: plain(first === '' ? (second ?? '') : first) }
    case 'index':
      return { kind: 'index', at: Number(first) }
    case 'slice':
      return { kind: 'slice', from: bound(first), to: bound(second) }
    default: {
      const path = parseJsonPath(first)
      const value = readLiteral(third)
      return path === undefined || value === undefined
        ? undefined
        : { kind: 'filter', path, operator: second ?? 'exists', value: value.value }
    }
  }
}

function readLiteral(text: string | undefined): { readonly value: unknown } | undefined {
  if (text === undefined) return { value: true }
  const quoted = /^(['"])(.*)\1$/s.exec(text)
  if (quoted !== null) return { value: plain(quoted[2] ?? '') }
  try {
    const value: unknown = JSON.parse(text)
    return { value }
  } catch {
    return undefined
  }
}

/** Every value that the path leads to, in order. */
export function findAll(path: JsonPath, root: unknown): readonly unknown[] {
  return path.reduce<readonly unknown[]>((found, step) => found.flatMap((value) => take(step, value)), [root])
}

function inside(value: unknown): readonly unknown[] {
  if (isList(value)) return value
  return isJsonObject(value) ? Object.values(value) : []
}

function take(step: Step, value: unknown): readonly unknown[] {
  switch (step.kind) {
    case 'field':
      return isJsonObject(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : []
    case 'all':
      return inside(value)
    case 'everywhere':
      return [
        ...take({ kind: 'field', name: step.name }, value),
        ...inside(value).flatMap((inner) => take(step, inner)),
      ]
    case 'index': {
      const found = isList(value) ? value.at(step.at) : undefined
      return found === undefined ? [] : [found]
    }
    case 'slice':
      return isList(value) ? value.slice(step.from, step.to) : []
    case 'filter':
      return isList(value) ? value.filter((item) => passes(step, item)) : []
  }
}

function passes({ path, operator, value }: Extract<Step, { kind: 'filter' }>, item: unknown): boolean {
  const [found] = findAll(path, item)
  if (found === undefined) return false
  const numbers = typeof found === 'number' && typeof value === 'number' ? { found, value } : undefined
  switch (operator) {
    case 'exists':
      return true
    case '==':
      return isDeepStrictEqual(found, value)
    case '!=':
      return !isDeepStrictEqual(found, value)
    case '<':
      return numbers !== undefined && numbers.found < numbers.value
    case '<=':
      return numbers !== undefined && numbers.found <= numbers.value
    case '>':
      return numbers !== undefined && numbers.found > numbers.value
    default:
      return numbers !== undefined && numbers.found >= numbers.value
  }
}
