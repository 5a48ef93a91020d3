/** YAML whose every value is text exactly as it is written (`1.10` stays `1.10`), and where each key and value stands. */
import { type Document, isAlias, isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml'
import type { Position } from './runbook.ts'
import type { SourceText } from './source-text.ts'

export interface YamlPlaces {
  /** Maps, lists and texts only. */
  readonly value: unknown
  readonly faults: readonly { readonly message: string; readonly position: Position }[]
  /** Where the key at this path stands, or the item of a list. */
  readonly keyAt: (path: readonly PropertyKey[]) => Position
  /** Where the value at this path begins. */
  readonly valueAt: (path: readonly PropertyKey[]) => Position
}

/** Parses YAML that begins on a line of a file. Never throws; with faults the value is what could be made out. */
export function readYaml(yaml: string, firstLine: number, text: SourceText): YamlPlaces {
  const lineCounter = new LineCounter()
  const document = parseDocument(yaml, {
    schema: 'failsafe',
    lineCounter,
    prettyErrors: false,
    logLevel: 'silent',
  })
  const place = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset)
    return text.at(firstLine + Math.max(line, 1) - 1, Math.max(col, 1))
  }
  const start = (node: Node | undefined) => place(node?.range?.[0] ?? 0)
  return {
    value: plain(document),
    faults: document.errors.map(({ message, pos }) => ({
      message: firstSentence(message),
      position: place(pos[0]),
    })),
    keyAt: (path) => start(follow(document, path)?.key),
    valueAt: (path) => start(follow(document, path)?.value),
  }
}

/** Aliases that multiply beyond reason make `toJS` throw; nobody writes such front matter in good faith. */
function plain(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch {
    return undefined
  }
}

/** The nodes at a path, or the last ones on the way to it. */
function follow(
  document: Document.Parsed,
  path: readonly PropertyKey[],
): { readonly key: Node; readonly value: Node } | undefined {
  let value: Node | null = document.contents
  let key: Node | null = value
  for (const step of path) {
    const inside: Node | null | undefined = isAlias(value) ? value.resolve(document) : value
    if (isMap<Node, Node | null>(inside)) {
      const pair = inside.items.find((item) => isScalar(item.key) && item.key.value === String(step))
      if (pair === undefined) break
      key = pair.key
      value = pair.value ?? pair.key
    } else break
  }
  return key === null || value === null ? undefined : { key, value }
}

function firstSentence(message: string): string {
  return message.split('\n')[0]?.replace(/:$/, '') ?? message
}
