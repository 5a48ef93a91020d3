/** Kubernetes Secrets: the values in one, and where they stand when one is printed. */
import { z } from 'zod'
import { closingQuote, type Span } from './span.ts'

const secretShape = z.object({
  data: z.record(z.string(), z.string()).nullish(),
  stringData: z.record(z.string(), z.string()).nullish(),
})

const listShape = z.object({ items: z.array(secretShape) })

/**
 * The decoded values of the Secrets in what `kubectl get secrets -o json` (or `get secret NAME`) printed, for
 * `createRedactor`. Binary values are given as base64. Left out is what would mask ordinary words: values under four
 * characters, `true` and its like, short numbers, and plain words under keys like `username`, `host` or `DB_NAME`. A text
 * that is no such JSON has no values.
 */
export function secretValues(secretListJson: string): readonly string[] {
  let value: unknown
  try {
    value = JSON.parse(secretListJson)
  } catch {
    return []
  }
  const list = listShape.safeParse(value)
  const one = secretShape.safeParse(value)
  const secrets = list.success ? list.data.items : one.success ? [one.data] : []
  const values = secrets.flatMap(({ data, stringData }) => [
    ...Object.entries(data ?? {}).map(([key, encoded]) => [key, decoded(encoded)] as const),
    ...Object.entries(stringData ?? {}),
  ])
  return [...new Set(values.filter(([key, text]) => !isTrivial(key, text)).map(([, text]) => text))]
}

function decoded(encoded: string): string {
  const bytes = Buffer.from(encoded, 'base64')
  const text = bytes.toString('utf8')
  return Buffer.from(text).equals(bytes) ? text : encoded
}

const TELLING_KEY =
  /(?:^|[_.-])(?:user(?:name)?|host(?:name)?|port|name|db|database|dbname|region|namespace|engine|env)$/i

function isTrivial(key: string, value: string): boolean {
  const text = value.trim()
  if (text.length < 4) return true
  if (/^(?:true|false|null|none|disabled?|enabled?|default|\d{1,5})$/i.test(text)) return true
  return TELLING_KEY.test(key) && /^[\w.-]+$/.test(text)
}

/** The places of the values under `data` and `stringData` in a text that prints a Secret in any of the ways known. */
export function secretObjectSpans(text: string): readonly Span[] {
  if (!PRINTS_A_SECRET.test(text)) return []
  return [...jsonSpans(text), ...goMapSpans(text), ...yamlSpans(text)]
}

const PRINTS_A_SECRET = /\bkind\\{0,7}["']?:[ \t]*\\{0,7}["']?Secret(?:List)?\b/

/** JSON at any depth of escaping: kubectl quotes a refused object, and the annotation in it is quoted in turn. */
function jsonSpans(text: string): readonly Span[] {
  const spans: Span[] = []
  for (const match of text.matchAll(/(\\{0,7})"(?:data|stringData)\\{0,7}"\s*:\s*\{/g)) {
    const escapes = match[1]?.length ?? 0
    let at = match.index + match[0].length
    for (;;) {
      const key = stringAt(text, at, escapes)
      if (key === undefined) break
      const value = stringAt(text, skip(text, key.after, ':'), escapes)
      if (value === undefined) break
      spans.push(value.span)
      at = skip(text, value.after, ',')
    }
  }
  return spans
}

/** The string that comes next, when one does: where it stands and where it has ended, quotes included. */
function stringAt(text: string, from: number, escapes: number): { span: Span; after: number } | undefined {
  const at = skip(text, from, '')
  if (text.slice(at, at + escapes + 1) !== `${'\\'.repeat(escapes)}"`) return undefined
  const start = at + escapes + 1
  const end = closingQuote(text, start, escapes, '"')
  return end === undefined ? undefined : { span: { start, end }, after: end + escapes + 1 }
}

/** Passes blanks (written as escapes too, in JSON inside a string), then the mark, then blanks. */
function skip(text: string, from: number, mark: string): number {
  const blanks = /(?:\s|\\{1,7}[nrt])*/y
  blanks.lastIndex = from
  blanks.exec(text)
  if (mark === '' || !text.startsWith(mark, blanks.lastIndex)) return blanks.lastIndex
  blanks.lastIndex += mark.length
  blanks.exec(text)
  return blanks.lastIndex
}

/** Go prints maps as `data:map[KEY:value KEY:value]`. */
function goMapSpans(text: string): Span[] {
  return Array.from(text.matchAll(/\b(?:data|stringData):map\[([^\]\n]*)\]/g), (match) => {
    const end = match.index + match[0].length - 1
    return { start: end - (match[1]?.length ?? 0), end }
  })
}

/** YAML, in block style with scalars of one line or many, or in flow style on one line. */
function yamlSpans(text: string): readonly Span[] {
  const spans: Span[] = []
  let under: { indent: number; entries?: number } | undefined
  let start = 0
  for (const line of text.split('\n')) {
    const indent = line.length - line.trimStart().length
    const opening = /^[\s-]*(?:data|stringData):[ \t]*(\{.*\S|)[ \t\r]*$/.exec(line)
    if (under !== undefined && line.trim() !== '') {
      under.entries ??= indent
      if (indent <= under.indent) under = undefined
      else spans.push(yamlValue(line, start, indent === under.entries))
    }
    if (under === undefined && opening !== null) {
      const flow = opening[1] ?? ''
      // In a list's item (`- data:`) the entries are deeper than the key, not than the dash.
      if (flow === '') under = { indent: line.search(/[^\s-]/) }
      else
        spans.push({
          start: start + line.indexOf(flow) + 1,
          end: start + line.indexOf(flow) + flow.length - 1,
        })
    }
    start += line.length + 1
  }
  return spans
}

/** The value of an entry's line; of a line further in, which belongs to a scalar of many lines, all of it. */
function yamlValue(line: string, start: number, isEntry: boolean): Span {
  const end = start + line.trimEnd().length
  const key = isEntry ? /^\s*(?:"[^"]*"|'[^']*'|[^\s:]+):[ \t]*(?:[|>][0-9+-]*[ \t\r]*$)?/.exec(line) : null
  return {
    start: start + (key === null ? line.search(/\S/) : key[0].trimEnd().length + blankAfter(line, key[0])),
    end,
  }
}

function blankAfter(line: string, head: string): number {
  return line.length > head.trimEnd().length ? 1 : 0
}
