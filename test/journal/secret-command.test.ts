import { expect, test } from 'vitest'
import { createRedactor } from '../../src/journal/redact.ts'
import { mayChangeSecret, secretsOnCommandLine } from '../../src/journal/secret-command.ts'

const patch = (value: unknown, ...more: string[]) => [
  ...['patch', 'secret', 'loanserve-secrets', '-n', 'loanserve', ...more],
  ...['-p', JSON.stringify(value)],
]

test.each([
  [patch({ stringData: { LICENSE: 'hunter2' } })],
  [patch({ data: { LICENSE: 'hunter2' } })],
  [patch({ data: { LICENSE: Buffer.from('hunter2').toString('base64') } }, '--type', 'merge')],
  [
    patch(
      [
        { op: 'remove', path: '/data/OLD' },
        { op: 'replace', path: '/data/LICENSE', value: 'hunter2' },
      ],
      '--type=json',
    ),
  ],
  [patch([{ op: 'add', path: '/stringData', value: { LICENSE: 'hunter2' } }], '--type=json')],
  [['create', 'secret', 'generic', 'x', '--from-literal=LICENSE=hunter2']],
  [['create', 'secret', 'generic', 'x', '--from-literal', 'LICENSE=hunter2']],
  [['patch', 'secrets/x', `--patch=${JSON.stringify({ stringData: { LICENSE: 'hunter2' } })}`]],
])('%j tells its secret', (argv) => {
  expect(secretsOnCommandLine(argv)).toContain('hunter2')
  expect(mayChangeSecret(argv)).toBe(true)
})

test('other commands tell nothing', () => {
  const flags = { data: { MAINTENANCE_BANNER: 'hunter2' } }
  expect(secretsOnCommandLine(['patch', 'configmap', 'app', '-p', JSON.stringify(flags)])).toEqual([])
  expect(secretsOnCommandLine(['patch', 'secret', 'x', '-p', 'no: json'])).toEqual([])
  expect(mayChangeSecret(['get', 'secret', 'x', '-o', 'yaml'])).toBe(false)
  expect(mayChangeSecret(['scale', 'deployment', 'x', '--replicas=1'])).toBe(false)
  expect(mayChangeSecret(['apply', '-f', 'x.yaml'])).toBe(true)
})

test('of a URI that is led to another host, the password of before stays masked in every form', () => {
  const redact = createRedactor({ values: ['postgres://app:Puc3mFDeYRmdDtNs@old.internal:5432/loans'] })
  const led = 'postgres://app:Puc3mFDeYRmdDtNs@new.internal:6000/loans'
  for (const form of [
    led,
    Buffer.from(led).toString('base64'),
    encodeURIComponent(led),
    JSON.stringify({ led }),
  ]) {
    expect(redact(form)).toContain('[masked]')
    expect(redact(form)).not.toContain(form)
    expect(redact(form)).not.toContain('Puc3mFDeYRmdDtNs')
  }
})
