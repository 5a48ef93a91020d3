/** Looks at what was given with `-p` before there is a run that it could leave behind. */
import { checkValue } from '../runbook/parameters.ts'
import type { Runbook } from '../runbook/runbook.ts'
import { exitCode } from './exit-code.ts'
import { Refusal } from './refusal.ts'

/** Throws a Refusal for a name that the runbook doesn't have, and for a value that may not be. */
export function refuseGiven(runbook: Runbook, given: Readonly<Record<string, string>>): void {
  const names = runbook.parameters.map(({ name }) => name)
  // A misspelt name would leave its parameter on another value than the operator meant.
  const unknown = Object.keys(given).filter((name) => !names.includes(name))
  const list = names.length === 0 ? 'It has none.' : `It has ${names.join(', ')}.`
  if (unknown.length > 0)
    throw new Refusal(
      `"${runbook.title}" has no parameter ${unknown.join(', ')}. ${list} Nothing was run.`,
      exitCode.usage,
    )
  for (const parameter of runbook.parameters) {
    const value = Object.hasOwn(given, parameter.name) ? given[parameter.name] : undefined
    const check = value === undefined ? undefined : checkValue(parameter, value)
    const example = parameter.example === undefined ? '' : ` An example: ${parameter.example}.`
    if (check?.ok === false)
      throw new Refusal(
        `${parameter.name} as given: ${check.why}.${example} Nothing was run.`,
        exitCode.usage,
      )
  }
}
