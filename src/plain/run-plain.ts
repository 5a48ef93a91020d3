/** The plain front end: tells the run in lines, and asks with numbered choices where somebody can answer. */
import { createInterface, type Interface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import { followFlags, type Halt } from '../run/autopilot.ts'
import type { Conductor } from '../run/conductor.ts'
import type { Flags } from '../run/policy.ts'
import type { Question, RunView } from '../run/session.ts'
import { clean } from '../shell/clean.ts'
import { type MenuOption, menuFor } from './menu.ts'
import { narrate } from './narrate.ts'

export interface PlainTerminal {
  readonly input: Readable
  readonly output: Writable
  /** Whether somebody sits at the input and can be asked. */
  readonly interactive: boolean
  /** False leaves the telling out: the caller prints records instead. */
  readonly tell: boolean
}

/** How the front end let go of the run. `needs` says what a flag or a person would have had to give. */
export type PlainEnd = { readonly kind: 'ended' } | { readonly kind: 'left'; readonly needs?: string }

/** Follows a run to its end, to where nobody can answer for it, or until `stopped` resolves; rejects only when the input fails. */
export async function runPlain(
  conductor: Conductor,
  flags: Flags,
  terminal: PlainTerminal,
  stopped: Promise<void> = new Promise(() => undefined),
): Promise<PlainEnd> {
  let told: RunView | undefined
  function tell() {
    const now = conductor.view()
    if (now === told) return
    const lines = terminal.tell ? narrate(told, now) : []
    told = now
    if (lines.length > 0) terminal.output.write(clean(`${lines.join('\n')}\n`))
  }
  const end = Promise.withResolvers<PlainEnd>()
  const asking = terminal.interactive
    ? createInterface({ input: terminal.input, output: terminal.output })
    : undefined
  asking?.on('close', () => end.resolve({ kind: 'left' }))

  function halt(reason: Halt) {
    if (asking !== undefined) {
      ask(asking, conductor, terminal.output).then((left) => {
        if (left) end.resolve({ kind: 'left' })
        else autopilot.lookAgain()
      }, end.reject)
    } else end.resolve(reason.kind === 'needs' ? { kind: 'left', needs: reason.what } : { kind: 'left' })
  }

  const untell = conductor.subscribe(tell)
  tell()
  const autopilot = followFlags(conductor, flags, halt)
  conductor.ended.then(() => end.resolve({ kind: 'ended' }))
  stopped.then(() => end.resolve({ kind: 'left' }))
  try {
    return await end.promise
  } finally {
    autopilot.stop()
    untell()
    asking?.removeAllListeners('close')
    asking?.close()
  }
}

/** Asks once, and acts on the answer; true when the person leaves. */
async function ask(reader: Interface, conductor: Conductor, output: Writable): Promise<boolean> {
  const view = conductor.view()
  if (view.question !== undefined) {
    const value = await reader.question(clean(questionWords(view.question)))
    await conductor.decide({ kind: 'answer', parameter: view.question.name, value }, 'key')
    return false
  }
  const menu = menuFor(view)
  if (menu === undefined) return false
  const choices = menu.options.map((option, index) => `  ${index + 1}) ${option.label}`)
  output.write(clean(`\n${[...menu.about, ...choices].join('\n')}\n`))
  for (;;) {
    const option = menu.options[Number((await reader.question('choice: ')).trim()) - 1]
    if (option === undefined) {
      output.write(`type a number from 1 to ${menu.options.length}\n`)
      continue
    }
    return choose(option, reader, conductor)
  }
}

async function choose(option: MenuOption, reader: Interface, conductor: Conductor): Promise<boolean> {
  if ('leave' in option) return true
  const action =
    'action' in option
      ? option.action
      : option.make((await reader.question(clean(`${option.asks}: `))).trim())
  await conductor.decide(action, 'key')
  return false
}

function questionWords(question: Question): string {
  const choices = question.oneOf === undefined ? '' : ` (${question.oneOf.join(' or ')})`
  const example = question.example === undefined ? '' : `, e.g. ${question.example}`
  const offered = question.offered === undefined ? '' : ` [${question.offered}]`
  const refused = question.refused === undefined ? '' : `${question.refused}\n`
  return `\n${refused}${question.question}${choices}${example}${offered}: `
}
