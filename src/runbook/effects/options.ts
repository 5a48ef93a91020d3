/** Reading past a tool's options to its operands, as getopt and Go's pflag do. */
import type { Argument } from './judgment.ts'

export interface OptionTable {
  /** Long and short options that take the next word as their value, e.g. `--namespace`, `-n`. */
  readonly valued: ReadonlySet<string>
}

export interface ReadOption {
  /** `--request`, or `-X` for one letter of a cluster. */
  readonly name: string
  readonly value?: Argument
}

export interface ReadWords {
  readonly options: readonly ReadOption[]
  readonly operands: readonly Argument[]
  /** What stands behind `--`. */
  readonly rest: readonly Argument[]
  /** Index into the arguments of the first operand; their count where there is none. */
  readonly firstOperand: number
}

/** Sorts words into options and operands; with `stop` everything from the first operand on is operands. */
export function readWords(args: readonly Argument[], table: OptionTable, stop = false): ReadWords {
  const options: ReadOption[] = []
  const operands: Argument[] = []
  let firstOperand = args.length
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]
    if (arg === undefined) break
    const { text } = arg
    if (text === '--') {
      firstOperand = Math.min(firstOperand, index + 1)
      return { options, operands, rest: args.slice(index + 1), firstOperand }
    }
    if (text.startsWith('--')) {
      const equals = text.indexOf('=')
      const name = equals < 0 ? text : text.slice(0, equals)
      if (equals >= 0) options.push({ name, value: { ...arg, text: text.slice(equals + 1) } })
      else options.push(withNext(name, table, args[index + 1]))
      if (equals < 0 && table.valued.has(name)) index++
    } else if (text.startsWith('-') && text.length > 1) {
      const cluster = readCluster(arg, table)
      const last = cluster.at(-1)
      const takesNext = last !== undefined && last.value === undefined && table.valued.has(last.name)
      options.push(...cluster.slice(0, takesNext ? -1 : undefined))
      if (takesNext) options.push(withNext(last.name, table, args[++index]))
    } else {
      firstOperand = Math.min(firstOperand, index)
      if (stop) return { options, operands: args.slice(index), rest: [], firstOperand }
      operands.push(arg)
    }
  }
  return { options, operands, rest: [], firstOperand }
}

/** The value of the last option that bears one of the names. */
export function optionValue(
  options: readonly ReadOption[],
  ...names: readonly string[]
): Argument | undefined {
  return options.findLast((option) => names.includes(option.name))?.value
}

export function hasOption(options: readonly ReadOption[], ...names: readonly string[]): boolean {
  return options.some((option) => names.includes(option.name))
}

function withNext(name: string, table: OptionTable, next: Argument | undefined): ReadOption {
  return table.valued.has(name) && next !== undefined ? { name, value: next } : { name }
}

/** `-fsSo/dev/null`: letters up to the first that takes a value; the rest of the word is that value. */
function readCluster(arg: Argument, table: OptionTable): readonly ReadOption[] {
  const options: ReadOption[] = []
  for (let at = 1; at < arg.text.length; at++) {
    const name = `-${arg.text[at]}`
    const tail = arg.text.slice(at + 1)
    if (table.valued.has(name) && tail !== '') {
      options.push({ name, value: { ...arg, text: tail.replace(/^=/, '') } })
      return options
    }
    options.push({ name })
  }
  return options
}
