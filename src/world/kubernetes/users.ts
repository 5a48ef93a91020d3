/** Who sends a request: the holder of the world's own token, or a service account with one that was issued to it. */
import { createHash, createSign, generateKeyPairSync, type KeyObject, timingSafeEqual } from 'node:crypto'
import { allows, refusal } from './authorization.ts'
import { uuid } from './collection.ts'
import { forbidden } from './status.ts'
import type { User } from './user.ts'

/** The one who may do everything. */
export const admin: User = { username: 'practice', groups: ['system:masters', 'system:authenticated'] }

/** Someone without a token. */
export const anonymous: User = { username: 'system:anonymous', groups: ['system:unauthenticated'] }

/** Whose token it is to be, and for how long. */
interface TokenWish {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly audiences: readonly string[]
  readonly expirationSeconds: number
}

interface IssuedToken {
  readonly token: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

export interface Users {
  /** Whose token that is, or undefined for one that is wrong or has expired. */
  readonly userOf: (token: string) => User | undefined
  /** A token for a service account: a JSON Web Token, signed with ES256. */
  readonly issue: (wish: TokenWish) => IssuedToken
}

const issuer = 'https://kubernetes.default.svc.cluster.local'

/** The users of a cluster whose administrator holds that token. */
export function createUsers(
  adminToken: string,
  { now, random }: { readonly now: () => number; readonly random: () => number },
): Users {
  const issued = new Map<string, { readonly user: User; readonly expiresAt: number }>()
  const digest = (text: string) => createHash('sha256').update(text).digest()
  let key: KeyObject | undefined

  function sign(claims: Readonly<Record<string, unknown>>): string {
    key ??= generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const text = `${part({ alg: 'ES256', kid: 'practice' })}.${part(claims)}`
    const signature = createSign('sha256').update(text).sign({ key, dsaEncoding: 'ieee-p1363' })
    return `${text}.${signature.toString('base64url')}`
  }

  return {
    userOf(token) {
      if (timingSafeEqual(digest(token), digest(adminToken))) return admin
      const found = issued.get(token)
      return found !== undefined && found.expiresAt > now() ? found.user : undefined
    },
    issue({ namespace, name, uid, audiences, expirationSeconds }) {
      const seconds = Math.floor(now() / 1000)
      const expires = seconds + expirationSeconds
      const id = uuid(random)
      const user = serviceAccountUser(namespace, name, uid, id)
      const token = sign({
        aud: audiences.length === 0 ? [issuer] : audiences,
        exp: expires,
        iat: seconds,
        iss: issuer,
        jti: id,
        'kubernetes.io': { namespace, serviceaccount: { name, uid } },
        nbf: seconds,
        sub: user.username,
      })
      issued.set(token, { user, expiresAt: expires * 1000 })
      return { token, expiresAt: expires * 1000 }
    },
  }
}

function serviceAccountUser(namespace: string, name: string, uid: string, token: string): User {
  return {
    username: `system:serviceaccount:${namespace}:${name}`,
    uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    extra: { 'authentication.kubernetes.io/credential-id': [`JTI=${token}`] },
  }
}

/**
 * The user that a request speaks for, by its `Impersonate-` headers; the sender itself without any. Throws
 * StatusError (403) for a sender who may not speak for others.
 */
export function impersonated(
  sender: User,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): User {
  const name = headers['impersonate-user']
  if (typeof name !== 'string') return sender
  const users = { group: '', resource: 'users' } as const
  const asked = {
    kind: 'resource',
    verb: 'impersonate',
    ...users,
    subresource: '',
    namespace: '',
    name,
  } as const
  if (!allows(sender, asked)) throw forbidden(users, name, refusal(sender, asked))
  const given = headers['impersonate-group']
  const groupsAsked = typeof given === 'string' ? given.split(', ') : (given ?? [])
  const [, namespace] = /^system:serviceaccount:([^:]+):[^:]+$/.exec(name) ?? []
  const own = namespace === undefined ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]
  const groups = groupsAsked.length > 0 ? groupsAsked : own
  return { username: name, groups: [...new Set([...groups, 'system:authenticated'])] }
}
