import { expect, test } from 'vitest'
import { type Diagnosis, diagnosisLines, overall } from '../../src/doctor/diagnosis.ts'
import { examineScreen } from '../../src/doctor/machine.ts'
import { versionIn } from '../../src/doctor/tools.ts'

const psql: Diagnosis = {
  ...{ area: 'Tools', subject: 'psql', standing: 'missing', says: 'is not on the PATH.' },
  now: 'It comes with the PostgreSQL client.',
}
const server: Diagnosis = { area: 'Cluster', subject: 'server', standing: 'unknown', says: 'no answer.' }
const tool: Diagnosis = { area: 'Tools', subject: 'a-long-name-of-a-tool', standing: 'fine', says: '1.2.3' }

test('what was found stands under its area, aligned, and wrapped at the width', () => {
  expect(diagnosisLines([psql, server, tool], 50)).toEqual([
    'Tools',
    '  ✗ psql                  is not on the PATH.',
    '                          It comes with the',
    '                          PostgreSQL client.',
    '  ✓ a-long-name-of-a-tool 1.2.3',
    '',
    'Cluster',
    '  ? server      no answer.',
  ])
})

test('what is missing weighs more than what is unknown, and what nobody can know nothing', () => {
  expect(overall([psql, server])).toBe('lacking')
  expect(overall([server, tool])).toBe('unknown')
  expect(overall([tool, { ...server, standing: 'note' }, { ...server, standing: 'doubtful' }])).toBe('ready')
})

test.each([
  ['aws-cli/2.15.30 Python/3.11', '2.15.30'],
  ['psql (PostgreSQL) 15.18 (Debian)', '15.18'],
  ['Client Version: v1.35.2', '1.35.2'],
  ['gizmo', 'version not known'],
])('in %j the version is %s', (text, version) => {
  expect(versionIn(text)).toBe(version)
})

test('a screen that is too small is told, and how large it should be', () => {
  const screen = examineScreen({ size: { columns: 79, rows: 24 }, depth: 8 }, { LANG: 'C.UTF-8' })
  expect(screen).toMatchObject({ standing: 'doubtful', says: '79 × 24, 256 colors, UTF-8' })
  expect(screen.now).toContain('80 × 24')
  expect(examineScreen({ size: { columns: 80, rows: 24 }, depth: 1 }, { LANG: 'C' }).standing).toBe('fine')
})
