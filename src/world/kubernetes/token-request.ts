/** TokenRequest: a token for a service account, as `kubectl create token` asks for it. */
import { DecodeError, decode } from './decode.ts'
import type { ObjectMeta } from './objects.ts'
import { timestamp } from './objects.ts'
import { asJsonObject, isList, type JsonObject } from './record.ts'
import { badRequest, invalid } from './status.ts'
import type { Users } from './users.ts'
import { invalidValue } from './validation.ts'

const shortest = 600
const longest = 2 ** 32

/** The answer to a TokenRequest. Throws StatusError: 400 for a body that can't be read, 422 for a time out of range. */
export function answerTokenRequest(account: ObjectMeta, body: unknown, users: Users): JsonObject {
  const spec = readSpec(body)
  const seconds = typeof spec.expirationSeconds === 'number' ? spec.expirationSeconds : 3600
  const audiences = isList(spec.audiences) ? spec.audiences.filter((each) => typeof each === 'string') : []
  const refuse = (why: string) =>
    invalid('authentication.k8s.io', 'TokenRequest', account.name, [
      invalidValue('spec.expirationSeconds', seconds, why),
    ])
  if (seconds < shortest) throw refuse('may not specify a duration less than 10 minutes')
  if (seconds > longest) throw refuse('may not specify a duration larger than 2^32 seconds')
  const { namespace, name, uid } = account
  const { token, expiresAt } = users.issue({ namespace, name, uid, audiences, expirationSeconds: seconds })
  return {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: timestamp(expiresAt - seconds * 1000) },
    spec: {
      audiences: audiences.length === 0 ? ['https://kubernetes.default.svc.cluster.local'] : audiences,
      expirationSeconds: seconds,
      boundObjectRef: spec.boundObjectRef ?? null,
    },
    status: { token, expirationTimestamp: timestamp(expiresAt) },
  }
}

function readSpec(body: unknown): JsonObject {
  try {
    return asJsonObject(decode('AuthenticationV1TokenRequest', asJsonObject(body)).value.spec)
  } catch (error) {
    if (error instanceof DecodeError)
      throw badRequest(`TokenRequest in version "v1" cannot be handled as a TokenRequest: ${error.message}`)
    throw error
  }
}
