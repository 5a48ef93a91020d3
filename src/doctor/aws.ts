/** The AWS account: who this is there, in which region, and what nobody can know beforehand. */
import { z } from 'zod'
import { askTool, type Environment } from './ask-tool.ts'
import type { Diagnosis } from './diagnosis.ts'

const area = 'AWS'

const identity = z.object({ Account: z.string(), Arn: z.string() })

/** `operations` are those that blocks call, e.g. `rds create-db-instance`. Never throws. */
export async function examineAws(
  operations: readonly string[],
  env: Environment,
): Promise<readonly Diagnosis[]> {
  const [who, region] = await Promise.all([
    askTool('aws', ['sts', 'get-caller-identity', '--output', 'json'], env),
    askTool('aws', ['configure', 'get', 'region'], env),
  ])
  const chosen = [env.AWS_REGION, env.AWS_DEFAULT_REGION, region.ok ? region.text.trim() : ''].find(Boolean)
  const elsewhere = Object.entries(env).find(
    ([name, value]) => /^AWS_ENDPOINT_URL/.test(name) && value !== '',
  )
  return [
    identityOf(who),
    chosen === undefined
      ? {
          ...{ area, subject: 'region', standing: 'missing', says: 'none is chosen.' },
          now: 'Set AWS_REGION to the region of the database.',
        }
      : { area, subject: 'region', standing: 'fine', says: chosen },
    ...(elsewhere === undefined
      ? []
      : [
          {
            ...{ area, subject: 'endpoint', standing: 'doubtful' as const },
            says: `${elsewhere[0]} leads to ${elsewhere[1]}, which is not AWS itself.`,
          },
        ]),
    ...(operations.length === 0
      ? []
      : [
          {
            ...{ area, subject: 'may', standing: 'note' as const },
            says: `not known beforehand, AWS tells when it is asked to do it: ${operations.join(', ')}`,
          },
        ]),
  ]
}

function identityOf(told: Awaited<ReturnType<typeof askTool>>): Diagnosis {
  const subject = { area, subject: 'identity' } as const
  if (!told.ok)
    return {
      ...{ ...subject, standing: 'missing', says: `${told.why}.` },
      now: 'Log in (aws sso login), or set AWS_PROFILE.',
    }
  try {
    const { Arn, Account } = identity.parse(JSON.parse(told.text))
    return { ...subject, standing: 'fine', says: `${Arn}, account ${Account}` }
  } catch {
    return {
      ...subject,
      standing: 'unknown',
      says: 'aws sts get-caller-identity answered with something else.',
    }
  }
}
