/** Leads the built program through a whole runbook as a person does: reads the screen, and presses what it asks for. */
import type { Terminal } from './terminal.ts'

/** What a person would answer: by a piece of the question, and the word that confirms what can't be taken back. */
export interface Answers {
  readonly questions?: Readonly<Record<string, string>>
  /** Why a step that has failed is left out. Without it nobody goes on. */
  readonly skips?: string
}

/** How long a screen has to stand still before a key is meant for it, in milliseconds. */
const standsStillMs = 300

/** Goes on until the run has ended and the program with it; gives its exit code. Throws with the screen when stuck. */
export async function leadByKeys(terminal: Terminal, answers: Answers, patienceMs = 60_000): Promise<number> {
  let ended: number | undefined
  terminal.exited.then((code) => {
    ended = code
  })
  let acted = ''
  let since = Date.now()
  let last = ''
  while (ended === undefined) {
    const seen = still(terminal)
    if (seen !== last) {
      last = seen
      since = Date.now()
    }
    if (Date.now() - since > patienceMs)
      throw new Error(
        `nothing has happened for ${patienceMs / 1000} s; the screen:\n${terminal.screen().join('\n')}`,
      )
    if (Date.now() - since >= standsStillMs && acted !== seen) {
      if (act(terminal, seen, answers)) acted = seen
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return ended
}

/** The screen without what changes by itself: ages, clocks and the pods' names. */
function still(terminal: Terminal): string {
  return terminal
    .screen()
    .map((line) => line.replace(/\d+:\d\d\b|\d+(?:\.\d)? ?(?:ms|s|m)\b/g, ''))
    .join('\n')
}

/** Presses what the screen asks for; false where it asks for nothing. */
function act(terminal: Terminal, seen: string, { questions = {}, skips }: Answers): boolean {
  const question = Object.entries(questions).find(([piece]) => seen.includes(piece))
  if (skips !== undefined && seen.includes('Why is this step skipped?')) {
    terminal.type(skips)
    terminal.press('enter')
  } else if (skips !== undefined && /\bFAILED\b/.test(seen) && / s {2}skip\b/.test(seen)) terminal.press('s')
  else if (/› \[ \] /.test(seen)) terminal.press('space')
  else if (/enter {2}(?:begin|run it|go on|it is done)/.test(seen)) terminal.press('enter')
  else if (question !== undefined && seen.includes('enter  answer')) {
    terminal.type(question[1])
    terminal.press('enter')
  } else if (seen.includes('done: every step')) terminal.press('q')
  else return false
  return true
}
