import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedactor, MASK, redactData } from '../../src/journal/redact.ts'
import { secretValues } from '../../src/journal/secret-object.ts'
import { cpuTime } from '../cpu-time.ts'
import { seed } from './sample.ts'

const none = createRedactor({ values: [] })

/** What a reader of the masked text can still see: the parts between the masks. */
function seen(text: string): readonly string[] {
  return text.split(MASK)
}

describe('known values', () => {
  const secret = fc
    .oneof(
      fc.string({ minLength: 4, maxLength: 40 }),
      fc.string({ unit: 'grapheme', minLength: 4, maxLength: 20 }),
    )
    .filter((value) => value.trim().length >= 4 && !/^[\s[\]]|[\s[\]]$/.test(value))
  const around = fc.string({ maxLength: 30 }).map((text) => text.replaceAll(/[[\]]/g, ''))
  const json = (value: string) => JSON.stringify(value).slice(1, -1)
  const go = (value: string) =>
    json(value).replaceAll(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`)
  const ascii = (value: string) =>
    json(value).replaceAll(
      /[^\x00-\x7f]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
  const encodings: Readonly<Record<string, (value: string) => string>> = {
    raw: (value) => value,
    base64: (value) => Buffer.from(value).toString('base64'),
    'base64 with the newline of echo': (value) =>
      Buffer.from(`${value}\n`)
        .toString('base64')
        .replace(/.{0,2}=*$/, ''),
    base64url: (value) => Buffer.from(value).toString('base64url'),
    'URL component': (value) => encodeURIComponent(value),
    'URL component, lower-case hex': (value) =>
      encodeURIComponent(value).replaceAll(/%../g, (hex) => hex.toLowerCase()),
    form: (value) =>
      new URLSearchParams({ v: value }).toString().slice(2).replaceAll('*', '%2A').replaceAll('%7E', '~'),
    JSON: json,
    'JSON in JSON': (value) => json(json(value)),
    'JSON in JSON in JSON': (value) => json(json(json(value))),
    'JSON of Go': go,
    'JSON of Go, quoted': (value) => json(go(value)),
    'JSON of Go, quoted twice': (value) => json(json(go(value))),
    'JSON in ASCII': ascii,
    'inside single quotes of a shell': (value) => value.replaceAll("'", "'\\''"),
    'inside single quotes of YAML': (value) => value.replaceAll("'", "''"),
  }
  for (const [name, encode] of Object.entries(encodings)) {
    test(`never show: ${name}`, () => {
      fc.assert(
        fc.property(
          fc.array(secret, { minLength: 1, maxLength: 4 }),
          around,
          around,
          (secrets, before, after) => {
            const redact = createRedactor({ values: secrets })
            const text = secrets.map((value) => `${before}${encode(value)}${after}`).join('')
            for (const value of secrets) {
              for (const part of seen(redact(text))) expect(part).not.toContain(encode(value))
            }
          },
        ),
        { seed, numRuns: 400 },
      )
    })
  }

  test('never show when they stand inside something longer that is base64', () => {
    const long = fc.string({ minLength: 9, maxLength: 40 }).filter((value) => value.trim() === value)
    fc.assert(
      fc.property(long, fc.string({ maxLength: 9 }), fc.string({ maxLength: 9 }), (value, before, after) => {
        const encoded = Buffer.from(`${before}${value}${after}`).toString('base64')
        for (const part of seen(createRedactor({ values: [value] })(encoded))) {
          for (const shift of [0, 1, 2]) {
            const shown = Buffer.from('A'.repeat(shift) + part, 'base64').toString()
            expect(shown).not.toContain(value.slice(2, -2))
          }
        }
      }),
      { seed },
    )
  })

  test('of which one holds another or overlaps it leave nothing behind', () => {
    const redact = createRedactor({ values: ['abcd1234', '1234wxyz', 'bcd1'] })
    expect(redact('-abcd1234wxyz-')).toBe(`-${MASK}-`)
    expect(redact('bcd1 abcd1234 1234wxyz')).toBe(`${MASK} ${MASK} ${MASK}`)
  })

  test('of several lines are masked line by line, and a URL by its password too', () => {
    const redact = createRedactor({
      values: ['host=db\nuser=application\r\n', 'postgres://app:s3cr%40t-pw@db/x'],
    })
    expect(redact('the line user=application here')).toBe(`the line ${MASK} here`)
    expect(redact('s3cr%40t-pw and s3cr@t-pw')).toBe(`${MASK} and ${MASK}`)
  })

  test('shorter than four characters are left alone, and no values leave ordinary text alone', () => {
    expect(createRedactor({ values: ['', 'a', 'abc', '   '] })('abc a    x')).toBe('abc a    x')
    const text = 'deployment.apps/api-green image updated\nWaiting for rollout: 1 of 3 pods (10:42:07)\n'
    expect(none(text)).toBe(text)
  })

  test('masked once stay as they are when masked again', () => {
    fc.assert(
      fc.property(secret, around, (value, text) => {
        const redact = createRedactor({ values: [value] })
        const once = redact(`password=${value} ${text}${value}`)
        fc.pre(!MASK.includes(value))
        expect(redact(once)).toBe(once)
      }),
      { seed },
    )
  })
})

describe('unknown values', () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'
  const hidden: readonly (readonly [string, string])[] = [
    ['postgres://app:s3cret-pw@primary:5432/loanserve', `postgres://app:${MASK}@primary:5432/loanserve`],
    ['redis://:pass@host:6379', `redis://:${MASK}@host:6379`],
    ['postgres://app:p@ss:w0rd@host/db', `postgres://app:${MASK}@host/db`],
    ['mysql://app:pa/ss@host/db', `mysql://app:${MASK}@host/db`],
    ['AKIAIOSFODNN7EXAMPLE', MASK],
    ['aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', `aws_secret_access_key = ${MASK}`],
    ['"SecretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",', `"SecretAccessKey": "${MASK}",`],
    ['export AWS_SESSION_TOKEN=IQoJb3JpZ2luX2VjEXAMPLE//', `export AWS_SESSION_TOKEN=${MASK}`],
    ['Authorization: Bearer abc.def-123', `Authorization: ${MASK}`],
    ['sent bearer 0123456789abcdef to it', `sent bearer ${MASK} to it`],
    [`cookie ${jwt} set`, `cookie ${MASK} set`],
    ['password=hunter2 user=app', `password=${MASK} user=app`],
    ['DB_PASSWORD: "hunter 2"', `DB_PASSWORD: "${MASK}"`],
    ['{"clientSecret":"a\\"b","x":1}', `{"clientSecret":"${MASK}","x":1}`],
    ['"{\\"password\\":\\"a\\\\\\"b\\",\\"x\\":1}"', `"{\\"password\\":\\"${MASK}\\",\\"x\\":1}"`],
    ['--master-user-password hunter2 --engine aurora', `--master-user-password ${MASK} --engine aurora`],
    ['--from-literal=api-key=abc123', `--from-literal=api-key=${MASK}`],
    ['curl -u app:hunter2 http://x', `curl -u app:${MASK} http://x`],
    ['https://b.s3/x?X-Amz-Signature=0a1b2c&y=1', `https://b.s3/x?X-Amz-Signature=${MASK}&y=1`],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nnext', `${MASK}\nnext`],
    ['"-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----"', `"${MASK}"`],
    ['x\n-----BEGIN PRIVATE KEY-----\nMIIE', `x\n${MASK}`],
    ['MIIEvQIBADAN\nBgkqhkiG9w0=\n-----END PRIVATE KEY-----\nnext', `${MASK}\nnext`],
    ['    client-key-data: LS0tLS1CRUdJTi', `    client-key-data: ${MASK}`],
  ]
  for (const [text, expected] of hidden) {
    test(`are masked in ${JSON.stringify(text)}`, () => {
      expect(none(text)).toBe(expected)
      expect(none(expected)).toBe(expected)
    })
  }

  const shown = [
    'http://api.loanserve.io:8080/path?email=a@b.com',
    'git@github.com:owner/repo.git',
    'secret/loanserve-secrets patched',
    'secretKeyRef:\n  name: loanserve-secrets\n  key: DATABASE_URL',
    'automountServiceAccountToken: true',
    'PGPASSWORD="$DB_PASSWORD" psql; --password=$PASSWORD',
    'error: no basic authentication configured',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'password: <none>',
    'Tokens:  3',
    'arn:aws:rds:eu-west-1:123456789012:cluster:loanserve-prod',
  ]
  for (const text of shown) {
    test(`are not seen in ${JSON.stringify(text)}`, () => expect(none(text)).toBe(text))
  }
})

describe('Kubernetes Secrets', () => {
  // What kubectl 1.35 printed to stderr for the guide's patch of a Secret, names of other parts left out.
  const refused =
    'The request is invalid: patch: Invalid value: "{\\"apiVersion\\":\\"v1\\",\\"data\\":{\\"DATABASE_URL\\":\\"\\\\u003crollback-cluster-url\\\\u003e\\",\\"OTHER\\":\\"cGFzc3dvcmQxMjM0\\"},\\"kind\\":\\"Secret\\",\\"metadata\\":{\\"name\\":\\"loanserve-secrets\\",\\"annotations\\":{\\"kubectl.kubernetes.io/last-applied-configuration\\":\\"{\\\\\\"apiVersion\\\\\\":\\\\\\"v1\\\\\\",\\\\\\"kind\\\\\\":\\\\\\"Secret\\\\\\",\\\\\\"metadata\\\\\\":{\\\\\\"annotations\\\\\\":{}},\\\\\\"stringData\\\\\\":{\\\\\\"API\\\\\\":\\\\\\"plain-text\\\\\\",\\\\\\"Q\\\\\\":\\\\\\"a\\\\\\\\\\\\\\"b\\\\\\"}}\\\\n\\"}},\\"type\\":\\"Opaque\\"}": illegal base64 data at input byte 0\n'

  test('in the error that prints the whole object show no value at any depth of quoting, and the error itself', () => {
    const masked = none(refused)
    for (const value of ['rollback-cluster-url', 'cGFzc3dvcmQxMjM0', 'plain-text']) {
      expect(masked).not.toContain(value)
    }
    expect(masked).toContain('illegal base64 data at input byte 0')
    expect(masked).toContain('loanserve-secrets')
    expect(masked).toContain(`\\"OTHER\\":\\"${MASK}\\"`)
    expect(masked).toContain(`\\\\\\"API\\\\\\":\\\\\\"${MASK}\\\\\\"`)
    expect(masked).toContain(`\\\\\\"Q\\\\\\":\\\\\\"${MASK}\\\\\\"}}\\\\n`)
  })

  test('as JSON, compact or pretty, keep their keys and stay JSON', () => {
    const values = fc.dictionary(
      fc.stringMatching(/^[A-Za-z_.-]{1,12}$/),
      fc.string({ unit: 'binary', minLength: 4 }),
    )
    fc.assert(
      fc.property(values, values, fc.constantFrom(0, 1, 4), (data, stringData, indent) => {
        const list = { apiVersion: 'v1', items: [{ data, kind: 'Secret', stringData }], kind: 'List' }
        const masked = JSON.parse(none(JSON.stringify(list, null, indent)))
        expect(Object.keys(masked.items[0].data)).toEqual(Object.keys(data))
        for (const value of [
          ...Object.values(masked.items[0].data),
          ...Object.values(masked.items[0].stringData),
        ]) {
          expect(value).toBe(MASK)
        }
      }),
      { seed },
    )
  })

  test('nested in JSON strings end where they end: quotes and backslashes in a value, at its end too', () => {
    const values = fc.array(fc.stringMatching(/^[a"\\]{4,8}$/), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(values, fc.nat(2), (all, depth) => {
        const data = Object.fromEntries(all.map((value, n) => [`k${n}`, value]))
        let text = JSON.stringify({ data, kind: 'Secret' })
        for (let level = 0; level < depth; level += 1) text = JSON.stringify({ inner: text })
        let masked = JSON.parse(none(text))
        for (let level = 0; level < depth; level += 1) masked = JSON.parse(masked.inner)
        expect(masked).toEqual({
          data: Object.fromEntries(all.map((_, n) => [`k${n}`, MASK])),
          kind: 'Secret',
        })
      }),
      { seed, numRuns: 500 },
    )
  })

  test('as YAML show keys and no values: in one line, in many, in quotes, in a list, in flow style', () => {
    const yaml = [
      'apiVersion: v1',
      'items:',
      '- apiVersion: v1',
      '  data:',
      '    DATABASE_URL: cG9zdGdyZXM6',
      '    "quoted key": "c2VjcmV0"',
      '  kind: Secret',
      '  metadata:',
      '    name: loanserve-secrets',
      '- stringData:',
      '    config: |',
      '      host=db',
      '',
      '      word=abc',
      '    last: plain text',
      '  kind: Secret',
      '- {kind: Secret}',
      '- kind: Secret',
      '  data: {A: b64, B: other}',
      '',
    ].join('\n')
    const masked = none(yaml)
    for (const value of ['cG9z', 'c2Vj', 'host=db', 'word=abc', 'plain text', 'b64', 'other']) {
      expect(masked).not.toContain(value)
    }
    for (const kept of [
      `    DATABASE_URL: ${MASK}`,
      '  kind: Secret',
      '    name: loanserve-secrets',
      `last: ${MASK}`,
    ]) {
      expect(masked).toContain(kept)
    }
    expect(masked.split('\n')).toHaveLength(yaml.split('\n').length)
  })

  test('as Go prints a map show no value', () => {
    expect(none('map[data:map[A:YWJj B:ZGVm] kind:Secret metadata:map[name:x]]')).toBe(
      `map[data:map[${MASK}] kind:Secret metadata:map[name:x]]`,
    )
  })

  test('a ConfigMap is shown as it is', () => {
    const text = '{"kind":"ConfigMap","data":{"COLOR":"blue"}}'
    expect(none(text)).toBe(text)
  })

  test('give their decoded values, without what would mask ordinary words', () => {
    const encode = (value: string | Buffer) => Buffer.from(value).toString('base64')
    const binary = Buffer.from([0xff, 0xfe, 0xfd, 0x00, 0x01])
    const list = JSON.stringify({
      kind: 'List',
      items: [
        {
          kind: 'Secret',
          data: {
            PASSWORD: encode('hunter2'),
            DEBUG: encode('true'),
            REPLICAS: encode('1'),
            PORT: encode('5432'),
            DB_NAME: encode('loanserve'),
            DB_USER: encode('loanserve'),
            keystore: encode(binary),
          },
        },
        { kind: 'Secret', stringData: { TOKEN: 'abcdef' } },
        { kind: 'Secret' },
        { kind: 'Secret', data: null },
      ],
    })
    expect(secretValues(list)).toEqual(['hunter2', encode(binary), 'abcdef'])
    expect(secretValues(JSON.stringify({ kind: 'Secret', data: { a: encode('hunter2') } }))).toEqual([
      'hunter2',
    ])
    expect(secretValues('Error from server (Forbidden)')).toEqual([])
    expect(secretValues('[]')).toEqual([])
  })
})

test('in the data of a record, keys and the argument after a telling option mask what they name', () => {
  const redact = createRedactor({ values: ['hunter2'] })
  const data = {
    argv: ['aws', 'rds', '--master-user-password', 'open sesame', '--engine', 'aurora'],
    password: 'x',
    nested: [{ token: 'y', text: 'it is hunter2', n: 1, none: null }],
    output: { sha256: 'a'.repeat(64), bytes: 3 },
  }
  expect(redactData(data, redact)).toEqual({
    argv: ['aws', 'rds', '--master-user-password', MASK, '--engine', 'aurora'],
    password: MASK,
    nested: [{ token: MASK, text: `it is ${MASK}`, n: 1, none: null }],
    output: { sha256: 'a'.repeat(64), bytes: 3 },
  })
})

describe('a megabyte', () => {
  const secrets = Array.from({ length: 300 }, (_, n) => `s3cret-${n}-${'x'.repeat(n % 30)}/+&"`)
  const redact = createRedactor({ values: secrets })
  const texts: Readonly<Record<string, string>> = {
    'of log lines':
      '2026-11-23T07:14:00Z info api-green-7d9f request id=42 path=/loans/17 status=200 took=12ms\n'.repeat(
        11_000,
      ),
    'of one letter': 'a'.repeat(1 << 20),
    'of base64': 'eyJhbGciOiJIUzI1NiJ9'.repeat(52_000),
    'of the same secret again and again': `${secrets[7]} `.repeat(60_000),
    'of lines of a key without its end': `${'Ab3+'.repeat(16)}\n`.repeat(16_000),
    'of beginnings of URLs': '://a:'.repeat(200_000),
    'of backslashes': '\\'.repeat(1 << 20),
    'of assignments with open quotes': 'password="'.repeat(100_000),
    'of a Secret with open strings': `kind: Secret {${'"data":{"'.repeat(100_000)}`,
    'of key ends': '-----BEGIN PRIVATE KEY-----'.repeat(38_000),
  }
  for (const [name, text] of Object.entries(texts)) {
    test(`${name} is masked in well under a second with 300 secrets known`, () => {
      redact(text.slice(0, 10_000))
      const took = cpuTime(() => redact(text))
      console.log(`redact: 1 MB ${name}: ${took.toFixed(0)} ms`)
      expect(took).toBeLessThan(1500)
    })
  }
})
