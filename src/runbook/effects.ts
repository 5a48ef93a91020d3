/** What a block does to the world, worked out from its commands. What can't be told is a change. */
import type { Command, Redirection, SyntaxNode, Word, WordPart } from 'unbash'
import { judgeAws } from './effects/aws.ts'
import { byVerb } from './effects/by-verb.ts'
import { judgeCurl } from './effects/curl.ts'
import { judgeHandrail } from './effects/handrail.ts'
import {
  type Argument,
  change,
  guess,
  type Inner,
  type Invocation,
  type Judge,
  type Judgment,
  read,
  strongest,
  strongestEffect,
} from './effects/judgment.ts'
import { judgeKubectl } from './effects/kubectl.ts'
import { isSink, onlyPrintsItself, programs } from './effects/programs.ts'
import { judgePsql } from './effects/psql.ts'
import { isShell, wrappers } from './effects/wrappers.ts'
import type { CommandUse, Effect } from './runbook.ts'
import { type Fault, readShell, visit } from './shell-text.ts'
import { redirectsCommands } from './variables.ts'

export { weaker } from './effects/judgment.ts'
export { isShell } from './effects/wrappers.ts'

export interface BlockEffect {
  /** The strongest of the commands' effects; `change` where the text is no valid shell. */
  readonly effect: Effect
  readonly commands: readonly CommandUse[]
  /** The strongest effect of the commands that are known; what is only guessed does not count. */
  readonly certain: Effect
  readonly faults: readonly Fault[]
}

/** `bash -c 'bash -c …'` is followed so far. */
const DEEPEST = 5

const judges: ReadonlyMap<string, Judge> = new Map(
  Object.entries({
    ...programs,
    ...byVerb,
    ...wrappers,
    kubectl: judgeKubectl,
    aws: judgeAws,
    curl: judgeCurl,
    handrail: judgeHandrail,
    psql: judgePsql,
  }),
)

interface Found {
  readonly use: CommandUse
  readonly judgment: Judgment
}

/**
 * Finds every simple command in shell text, wherever it stands (pipelines, substitutions, loops, functions, the text
 * given to `bash -c`), judges each, and adds the files that redirections write. Pure; never throws.
 */
export function inferEffect(source: string): BlockEffect {
  const { found, faults } = judgeScript(source, 0)
  const effects = found.map(({ use }) => use.effect)
  if (faults.length > 0) effects.push('change')
  return {
    effect: strongestEffect(effects),
    commands: found.map(({ use }) => use),
    certain: strongestEffect(found.filter(({ judgment }) => !judgment.guess).map(({ use }) => use.effect)),
    faults,
  }
}

function judgeScript(
  source: string,
  depth: number,
): { readonly found: readonly Found[]; readonly faults: readonly Fault[] } {
  const { script, faults } = readShell(source)
  const functions = functionNames(script)
  const found: Found[] = []
  visit(script, (node) => {
    if (node.type === 'Command') found.push(...judgeSimple(node, functions, depth))
    else if (node.type === 'Redirect') found.push(...judgeRedirect(node))
    else if (node.type === 'Assignment' && redirectsCommands(node.name)) {
      const judgment = change(`setting ${node.name} changes what the commands after it mean`)
      found.push({ use: { words: [node.text], effect: 'change', because: judgment.because }, judgment })
    }
  })
  return { found, faults }
}

function functionNames(script: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>()
  visit(script, (node) => {
    if (node.type === 'Function') names.add(node.name.value)
  })
  return names
}

function judgeSimple(command: Command, functions: ReadonlySet<string>, depth: number): readonly Found[] {
  if (command.name === undefined) return []
  const args = command.args.map(argumentOf)
  const name = argumentOf(command.name)
  const stdin = stdinOf(command.redirects)
  if (isShell(name.text) || name.text === 'eval') {
    const inside = scriptInside(name, args, stdin, depth)
    if (inside !== undefined) return inside
  }
  const judgment =
    functions.has(name.text) && !judges.has(name.text)
      ? read(`${name.text} is a function of this block, judged by what it holds`)
      : judgeWords([name, ...args], stdin, depth)
  const words = [name, ...args].map((word) => word.text)
  return [{ use: { words, effect: judgment.effect, because: judgment.because }, judgment }]
}

/** `bash -c 'text'` and `eval 'text'` are as good as the text: its commands are given one by one. */
function scriptInside(
  name: Argument,
  args: readonly Argument[],
  stdin: Argument | undefined,
  depth: number,
): readonly Found[] | undefined {
  let script: Argument | undefined
  judgeWords([name, ...args], stdin, depth, (text) => {
    script = text
  })
  if (script === undefined || !script.fixed || depth >= DEEPEST) return undefined
  const { found, faults } = judgeScript(script.text, depth + 1)
  return faults.length > 0 || found.length === 0 ? undefined : found
}

function judgeWords(
  words: readonly Argument[],
  stdin: Argument | undefined,
  depth: number,
  onScript?: (script: Argument) => void,
): Judgment {
  const [name, ...args] = words
  if (name === undefined) return read('runs nothing')
  if (!name.fixed) return change('which command runs is not known before it runs')
  const program = programOf(name.text)
  if (onlyPrintsItself(args)) return read(`${program} ${args[0]?.text} only prints`)
  const judge = judges.get(program)
  if (judge === undefined) return guess(`what ${program} does is not known`)
  const inner: Inner = {
    words: (next) =>
      depth >= DEEPEST ? change('too deep to follow') : judgeWords(next, undefined, depth + 1),
    script: (script) => {
      onScript?.(script)
      return judgeInnerScript(script, depth)
    },
  }
  const invocation: Invocation = { program, args, ...(stdin === undefined ? {} : { stdin }) }
  return judge(invocation, inner)
}

/** A program in one of the system's folders is the one of that name; any other path may be anything. */
function programOf(path: string): string {
  return path.replace(/^(\/usr(\/local)?|\/opt\/homebrew)?\/s?bin\/(?=[^/]+$)/, '')
}

function judgeInnerScript(script: Argument, depth: number): Judgment {
  if (depth >= DEEPEST) return change('too deep to follow')
  const { found, faults } = judgeScript(script.text, depth + 1)
  const known = strongest(found.map(({ judgment }) => judgment))
  if (!script.fixed && known?.effect !== 'destroy') return change('the script is not known before it runs')
  if (faults.length > 0) return change('the script inside is no valid shell')
  return known ?? read('runs nothing')
}

/** Writing a file is a change; duplicating a descriptor, reading, and writing to nowhere are not. */
function judgeRedirect(node: Extract<Redirection, { type: 'Redirect' }>): readonly Found[] {
  const { operator, target } = node
  if (operator === '<' || operator === '<&' || target === undefined) return []
  const file = argumentOf(target)
  if (operator === '>&' && /^(\d+-?|-)$/.test(file.text)) return []
  if (isSink(file.text) || target.parts?.some((part) => part.type === 'ProcessSubstitution') === true)
    return []
  const judgment = change(`writes ${file.text}`)
  return [{ use: { words: [operator, file.text], effect: 'change', because: judgment.because }, judgment }]
}

function stdinOf(redirects: readonly Redirection[]): Argument | undefined {
  const last = redirects.findLast((redirect) => redirect.type === 'HereDoc' || redirect.type === 'HereString')
  if (last?.type === 'HereString') return last.target === undefined ? undefined : argumentOf(last.target)
  if (last?.type !== 'HereDoc') return undefined
  const { body, delimiter } = last
  const fixed = delimiter?.quoted === true || !(body.parts ?? []).some(isOpen)
  return { text: body.text, fixed, several: false }
}

function argumentOf(word: Word | Extract<Command['args'][number], { type: 'Assignment' }>): Argument {
  if (word.type === 'Assignment') return { text: word.text, fixed: true, several: false }
  const parts = word.parts ?? []
  return { text: word.value, fixed: !parts.some(isOpen), several: parts.some(isSeveral) }
}

/** Whether a part of a word is decided only when it runs. */
function isOpen(part: WordPart): boolean {
  switch (part.type) {
    case 'SimpleExpansion':
    case 'ParameterExpansion':
    case 'CommandExpansion':
    case 'ArithmeticExpansion':
    case 'ProcessSubstitution':
    case 'BraceExpansion':
    case 'Glob':
    case 'ExtendedGlob':
      return true
    case 'DoubleQuoted':
    case 'LocaleString':
      return part.parts.some(isOpen)
    default:
      return false
  }
}

/** A runbook's own values are one word each; these names and forms are how shells pass options on. */
const lists = /(ARGS|ARGV|OPTS|OPTIONS|FLAGS)$/i

function isSeveral(part: WordPart): boolean {
  if (part.type === 'SimpleExpansion') return /^\$[@*]$/.test(part.text) || lists.test(part.text)
  if (part.type === 'ParameterExpansion') {
    return (
      /^[@*]$/.test(part.parameter) || /^[@*]$/.test(part.index?.value ?? '') || lists.test(part.parameter)
    )
  }
  return (part.type === 'DoubleQuoted' || part.type === 'LocaleString') && part.parts.some(isSeveral)
}
