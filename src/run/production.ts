/** Which runs ask for the target's name before they begin: those that can change production. */
import type { Mode } from '../../machines/events.ts'
import type { RunbookKind } from '../runbook/runbook.ts'

/** `prod`, `prd`, `production` and `live` as words of a context's name; `nonprod` and `delivery` are none of them. */
const usualNames = /(?<![a-z])(?:prod|prd|production|live)(?![a-z])/i

interface Target {
  readonly mode: Mode
  readonly context: string
  readonly kind: RunbookKind
}

/**
 * What has to be typed before the run may begin by a key: the context's name, where that is a production one. Nothing
 * for an emergency runbook, whose few keys must stay few. HANDRAIL_PRODUCTION is a regular expression that says which
 * contexts are meant; one that can't be read means all of them, since a typing error must not disarm the question.
 */
export function typedToBegin(
  { mode, context, kind }: Target,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (mode !== 'live' || kind === 'emergency' || context === '') return undefined
  return isProduction(context, environment.HANDRAIL_PRODUCTION) ? context : undefined
}

function isProduction(context: string, pattern = ''): boolean {
  if (pattern === '') return usualNames.test(context)
  try {
    return new RegExp(pattern, 'i').test(context)
  } catch {
    return true
  }
}
