/** The API server's certificate (RFC 5280): made at start, its own authority, valid for this machine alone. */
import { Buffer } from 'node:buffer'
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import {
  bitString,
  boolean,
  explicit,
  identifier,
  implicit,
  integer,
  octetString,
  sequence,
  set,
  utcTime,
  utf8String,
} from './der.ts'

export interface Certificate {
  readonly certPem: string
  readonly keyPem: string
}

const day = 24 * 60 * 60 * 1000
const ecdsaWithSha256 = sequence(identifier('1.2.840.10045.4.3.2'))

/** A self-signed certificate for 127.0.0.1 and localhost with a new P-256 key, good for a year from `now`. */
export function createCertificate(now: number): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(set(sequence(identifier('2.5.4.3'), utf8String('practice-world'))))
  const serial = randomBytes(16)
  const content = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), serial])),
    ecdsaWithSha256,
    name,
    sequence(utcTime(now - day), utcTime(now + 365 * day)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...extensions())),
  )
  const signature = sign('sha256', content, privateKey)
  const certificate = sequence(content, ecdsaWithSha256, bitString(signature))
  return {
    certPem: pem('CERTIFICATE', certificate),
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function extensions(): readonly Buffer[] {
  const extension = (id: string, critical: boolean, value: Buffer) =>
    sequence(identifier(id), ...(critical ? [boolean(true)] : []), octetString(value))
  const dnsName = implicit(2, Buffer.from('localhost'))
  const ipAddress = implicit(7, Buffer.from([127, 0, 0, 1]))
  return [
    // basicConstraints: a certificate authority, so that clients can trust it by its own PEM.
    extension('2.5.29.19', true, sequence(boolean(true))),
    // keyUsage: digitalSignature (bit 0) and keyCertSign (bit 5).
    extension('2.5.29.15', true, bitString(Buffer.from([0b10000100]), 2)),
    // extKeyUsage: serverAuth.
    extension('2.5.29.37', false, sequence(identifier('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.17', false, sequence(dnsName, ipAddress)),
  ]
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
