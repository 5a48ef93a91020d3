/** A block's shell text as a syntax tree: its faults, its variables, and a walk over all that it holds. */
import { forEachChild, type ParsedScript, parse, type SyntaxNode } from 'unbash'

/** Why the text is no valid shell, at an offset into it (UTF-16 units from 0). */
export interface Fault {
  readonly message: string
  readonly offset: number
}

/** A place where a variable's value is put in. */
interface Expansion {
  readonly name: string
  readonly start: number
  readonly end: number
  /** `$NAME` or `${NAME}` and nothing more, at a place of the text itself. */
  readonly plain: boolean
  /** The author says what is to happen when it is not set: `${NAME:-…}` and its like. */
  readonly guarded: boolean
}

export interface ShellText {
  readonly script: ParsedScript
  readonly faults: readonly Fault[]
  readonly expansions: readonly Expansion[]
  /** Names that the text itself gives a value to, by whatever means. */
  readonly assigned: ReadonlySet<string>
}

/** Parses shell text; never throws. With faults the tree holds what could be made out. */
export function readShell(source: string): ShellText {
  try {
    return readScript(parse(source))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const fault = { message: 'it is nested too deeply to be read', offset: 0 }
    return { script: parse(''), faults: [fault], expansions: [], assigned: new Set() }
  }
}

function readScript(script: ParsedScript): ShellText {
  const faults: Fault[] = []
  const expansions: Expansion[] = []
  const assigned = new Set<string>()
  visit(script, (node, within) => {
    if (node.type === 'Script') {
      for (const { message, pos } of node.errors ?? []) faults.push({ message, offset: within ?? pos })
    }
    const expansion = expansionOf(node, within)
    if (expansion !== undefined) expansions.push(expansion)
    for (const name of assignedBy(node)) assigned.add(name)
  })
  return { script, faults, expansions, assigned }
}

/**
 * Calls back for the node and everything below it, parents first and in the order of the text. Inside an escaped
 * backtick substitution positions count in a text of its own; there `within` is the offset of the substitution in the
 * whole. It keeps its own stack, since a generated script nests deeper than ours reaches.
 */
export function visit(node: SyntaxNode, call: (node: SyntaxNode, within: number | undefined) => void): void {
  const waiting: { readonly node: SyntaxNode; readonly within: number | undefined }[] = [
    { node, within: undefined },
  ]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node: parent, within } = next
    call(parent, within)
    const children: typeof waiting = []
    forEachChild(parent, (child) => {
      const apart = child.type === 'Script' && child.source !== undefined
      children.push({ node: child, within: apart ? (within ?? parent.pos) : within })
    })
    waiting.push(...children.reverse())
  }
}

function expansionOf(node: SyntaxNode, within: number | undefined): Expansion | undefined {
  const place = { start: within ?? node.pos, end: within ?? node.end }
  if (node.type === 'SimpleExpansion') {
    return { name: node.text.slice(1), ...place, plain: within === undefined, guarded: false }
  }
  if (node.type !== 'ParameterExpansion' || node.prefix === '!') return undefined
  const bare = node.prefix === undefined && node.index === undefined && node.operation === undefined
  return {
    name: node.parameter,
    ...place,
    plain: bare && within === undefined,
    guarded: node.operation?.type === 'Default',
  }
}

const declaring: ReadonlySet<string> = new Set([
  'local',
  'declare',
  'typeset',
  'read',
  'mapfile',
  'readarray',
  'getopts',
])

function assignedBy(node: SyntaxNode): readonly string[] {
  switch (node.type) {
    case 'Assignment':
      return [node.name]
    case 'For':
    case 'Select':
      return [node.name.value]
    case 'Coproc':
      return [node.name?.value ?? 'COPROC']
    case 'FileDescriptorVariable':
      return [node.name]
    case 'ParameterExpansion':
      return node.operation?.type === 'Default' && node.operation.operator.endsWith('=')
        ? [node.parameter]
        : []
    case 'ArithmeticBinary':
      return /^([*/%+\-&^|]|<<|>>)?=$/.test(node.operator) && node.left.type === 'ArithmeticWord'
        ? [node.left.value]
        : []
    case 'ArithmeticUnary':
      return /^(\+\+|--)$/.test(node.operator) && node.operand.type === 'ArithmeticWord'
        ? [node.operand.value]
        : []
    case 'Command':
      return assignedByBuiltin(
        node.name?.value ?? '',
        node.args.flatMap((word) => (word.type === 'Word' ? [word.value] : [])),
      )
    default:
      return []
  }
}

function assignedByBuiltin(program: string, args: readonly string[]): readonly string[] {
  if (program === 'printf' && args[0] === '-v') return args.slice(1, 2)
  return declaring.has(program) ? args.filter((word) => /^[A-Za-z_]\w*$/.test(word)) : []
}
