/** The secret values of one run: learned as they become known, masked wherever something is written or shown. */
import { createRedactor, MASK, type Redactor } from '../journal/redact.ts'
import { mayChangeSecret, secretsOnCommandLine } from '../journal/secret-command.ts'
import { secretValues } from '../journal/secret-object.ts'
import type { Parameter, Runbook } from '../runbook/runbook.ts'
import type { BlockRequest, RunningBlock } from '../shell/block.ts'
import { readSecrets } from './pin.ts'

export interface Secrets {
  readonly redact: Redactor
  /**
   * Learns the values of the namespace's Secrets, which stay in memory alone. Gives a notice for the operator when
   * they can't be read: then only what looks like a secret is masked.
   */
  readonly learnFrom: (
    environment: Readonly<Record<string, string>>,
    namespace: string,
  ) => Promise<string | undefined>
  /**
   * The same as `start`, but learning what its blocks make of Secrets: a value on a command line before that command is
   * put on record, and by `again` what was changed, before the next block.
   */
  readonly learnAlong: (start: StartBlock, again: () => Promise<unknown>) => StartBlock
  readonly learnParameter: (parameter: Parameter, value: string) => void
  /** A parameter's value as the record and the screen may have it. */
  readonly maskParameter: (parameter: Parameter, value: string) => string
  /** Whether the record holds a mask in place of this parameter's value, so that it has to be given again. */
  readonly isMasked: (name: string, value: string) => boolean
}

type StartBlock = (request: BlockRequest) => Promise<RunningBlock>

export function createSecrets(runbook: Runbook): Secrets {
  const values = new Set<string>()
  let redact = createRedactor({ values })
  function learn(found: Iterable<string>) {
    for (const value of found) values.add(value)
    redact = createRedactor({ values })
  }
  const secretNames = new Set(
    runbook.parameters.filter((parameter) => parameter.secret).map(({ name }) => name),
  )
  return {
    redact: (text) => redact(text),
    learnFrom: async (environment, namespace) => {
      const read = await readSecrets(environment, namespace)
      if (!read.ok)
        return `the Secrets of ${namespace} can't be read (${read.why}); only what looks like one is masked`
      learn(secretValues(read.json))
      return undefined
    },
    learnAlong: (start, again) => {
      let changed = false
      return async (request) => {
        if (changed) await again()
        changed = false
        return await start({
          ...request,
          onCommand: async (command) => {
            if (command.tool === 'kubectl' && mayChangeSecret(command.argv)) {
              changed = true
              learn(secretsOnCommandLine(command.argv))
            }
            await request.onCommand(command)
          },
        })
      }
    },
    learnParameter: (parameter, value) => {
      if (parameter.secret) learn([value])
    },
    maskParameter: (parameter, value) => (parameter.secret ? MASK : redact(value)),
    isMasked: (name, value) => secretNames.has(name) || value.includes(MASK),
  }
}
