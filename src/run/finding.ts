/** What a finding block printed, as a finding: what was seen means this, and leads there. */
import type { Finding, Outcome } from '../../machines/events.ts'
import type { OutputLine } from './session.ts'

/** A finding is read at a glance; the record's output has the rest. */
const LINES_KEPT = 12

/**
 * The finding in a block's standard output. Its `next: NAME` lines say where it leads, the last one counts, and only a
 * name that the runbook's author allows. A script that failed has found nothing, and says why.
 */
export function findingOf(outcome: Outcome, lines: readonly OutputLine[], leads: readonly string[]): Finding {
  if (outcome.kind !== 'exited' || outcome.code !== 0) return { text: `no finding: ${whyNot(outcome)}` }
  const printed = lines.filter(({ stream }) => stream === 'stdout').map(({ text }) => text.trimEnd())
  const said = printed.filter((text) => text !== '' && !next.test(text))
  const leadsTo = printed
    .flatMap((text) => next.exec(text)?.[1] ?? [])
    .findLast((name) => leads.includes(name))
  const text = said.length === 0 ? 'nothing worth a word' : said.slice(-LINES_KEPT).join('\n')
  return leadsTo === undefined ? { text } : { text, leadsTo }
}

const next = /^next:\s*(\S+)\s*$/

function whyNot(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'exited':
      return `its script ended with exit code ${outcome.code}`
    case 'timed-out':
      return 'its script took longer than its time'
    case 'cancelled':
      return 'it was cancelled'
    case 'signalled':
      return `its script was ended by ${outcome.signal}`
    case 'not-run':
    case 'lost':
      return outcome.why
  }
}
