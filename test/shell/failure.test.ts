import { describe, expect, test } from 'vitest'
import type { AnnouncedCommand } from '../../src/shell/block.ts'
import { explainFailure, type FailedBlock } from '../../src/shell/failure.ts'

const command = (line: string, decision: AnnouncedCommand['decision'] = 'run'): AnnouncedCommand => {
  const argv = line.split(' ')
  return { tool: 'kubectl', argv, cwd: '/', decision, ran: decision === 'refuse' ? [] : argv }
}
const failed = (change: Partial<FailedBlock>) =>
  explainFailure({
    subject: 'The command of “Ship the image”',
    place: 'runbooks/deploy.md:83',
    outcome: { kind: 'exited', code: 1 },
    readsOnly: false,
    commands: [],
    ...change,
  })

describe('a failed block is explained', () => {
  test('not at all when it did its work', () => {
    expect(failed({ outcome: { kind: 'exited', code: 0 } })).toBeUndefined()
  })

  test('with what, where, what was not changed and what to do now', () => {
    expect(
      failed({
        commands: [
          command('get pods'),
          command('set image deploy/x a=b'),
          command('scale deploy/x --replicas=3'),
        ],
      }),
    ).toEqual({
      what: 'The command of “Ship the image” ended with exit code 1.',
      where: 'runbooks/deploy.md:83',
      unchanged: 'What ran before stays as it is. Last: kubectl scale deploy/x --replicas=3, after 1 more.',
      now: 'The last lines of its output say why. Then try again, or take the way back.',
    })
  })

  test('without alarm when nothing was changed', () => {
    expect(failed({ commands: [command('get pods')] })?.unchanged).toMatch(
      /^No kubectl or aws command .* was run/,
    )
    expect(failed({ readsOnly: true })?.unchanged).toBe('The block only looks: it has changed nothing.')
    expect(failed({ commands: [command('delete pod x', 'print')] })?.unchanged).toMatch(/^No kubectl or aws/)
    expect(failed({ outcome: { kind: 'not-run', why: 'There is no bash.' } })).toMatchObject({
      what: 'The command of “Ship the image” was not run: There is no bash.',
      unchanged: 'Nothing of it was run, and nothing was changed.',
    })
  })

  test.each([
    [126, /may not be run/],
    [127, /was not found/],
    [137, /signal KILL/],
    [141, /cut off by the one behind it/],
    [255, /only stopped waiting/],
  ])('by what the exit code %i means', (code, what) => {
    expect(failed({ outcome: { kind: 'exited', code } })?.what).toMatch(what)
  })

  test("in the guard's own words when Handrail held it back", () => {
    const refusal = {
      ...command('get pods --context b', 'refuse'),
      why: 'this run is pinned to the context "a"',
    }
    expect(failed({ outcome: { kind: 'exited', code: 125 }, commands: [refusal] })?.what).toBe(
      'The command of “Ship the image” ended with exit code 125: Handrail did not run `kubectl get pods --context b`, because this run is pinned to the context "a".',
    )
  })

  test('by who ended it', () => {
    expect(failed({ outcome: { kind: 'timed-out' }, timeoutMs: 300_000 })?.what).toContain('after 300 s')
    expect(failed({ outcome: { kind: 'cancelled' } })?.now).toContain('Look')
    expect(failed({ outcome: { kind: 'signalled', signal: 'SIGKILL' } })?.what).toContain('SIGKILL')
    expect(failed({ outcome: { kind: 'lost', why: 'Handrail was killed' } })?.now).toContain(
      'never run again unasked',
    )
  })
})
