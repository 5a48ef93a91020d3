import { describe, expect, test } from 'vitest'
import type { Finding, Outcome } from '../../machines/events.ts'
import { play } from './play.ts'
import { block, commands, finding, gate, runbook, step } from './sample.ts'

const ship = step('ship', commands('change'))
const verified = step('ship', commands('change', 'verify'))
const gated = step('gate', gate(1))

describe('a running command', () => {
  test('passes its step with exit code 0', () => {
    const run = play(runbook(ship, step('after')))
      .begin()
      .confirm('ship')
      .exits(0, 300)
    expect(run.step('ship')).toEqual({ status: 'passed', at: run.now(), attempt: 1 })
    expect(run.state().stage).toEqual({ stage: 'walking', step: 'after' })
  })

  test.each<Outcome>([
    { kind: 'exited', code: 1 },
    { kind: 'signalled', signal: 'SIGSEGV' },
    { kind: 'timed-out' },
    { kind: 'cancelled' },
  ])('fails its step when it ends otherwise: $kind', (outcome) => {
    const run = play(runbook(ship)).begin().confirm('ship').starts().ends(outcome)
    const failure = { role: 'command', outcome }
    expect(run.step('ship')).toEqual({ status: 'failed', at: run.now(), attempt: 1, failure })
  })

  test('leaves its step unknown when its end was not seen', () => {
    const run = play(runbook(ship)).begin().confirm('ship').starts().ends({ kind: 'lost', why: 'gone' })
    expect(run.step('ship')).toEqual({ status: 'unknown', at: run.now(), attempt: 1, role: 'command' })
  })

  test('offers nothing while it runs: it is cancelled first', () => {
    const run = play(runbook(step('look', commands('read')), ship))
      .begin()
      .starts()
    expect(run.state().choices).toEqual([])
    run.skip('look').stop().rollBack().say({ type: 'emergency.chosen', runbook: 'rollback' })
    expect(run.status('look')).toBe('running')
    expect(run.state().stage).toEqual({ stage: 'walking', step: 'look' })
  })

  test('is not run twice by a second word', () => {
    const run = play(runbook(ship)).begin().confirm('ship').confirm('ship')
    expect(run.handedOut()).toEqual([])
    expect(run.starts().confirm('ship').handedOut()).toEqual([])
  })

  test('counts as having ended well where a dry run does not run it', () => {
    const run = play(runbook(verified, gated, step('after')))
      .begin()
      .confirm('ship')
    run.ends({ kind: 'not-run', why: 'dry run' })
    expect(run.handedOut()).toEqual(['ship verify 1'])
    run.ends({ kind: 'not-run', why: 'dry run' })
    expect(run.handedOut()).toEqual(['gate watch 1'])
    run.ends({ kind: 'not-run', why: 'dry run' })
    expect(run.state().stage).toEqual({ stage: 'walking', step: 'after' })
  })
})

describe('the end of a block that is not awaited', () => {
  test.each([
    ['of another step', { step: 'other' }],
    ['of another role', { role: 'verify' as const }],
    ['of an earlier attempt', { attempt: 0 }],
    ['of a later attempt', { attempt: 2 }],
  ])('is ignored: %s', (_, wrong) => {
    const run = play(runbook(ship, step('other')))
      .begin()
      .confirm('ship')
      .starts()
    const outcome = { kind: 'exited', code: 0 } as const
    run.say({ type: 'block.ended', step: 'ship', role: 'command', attempt: 1, outcome, ...wrong })
    expect(run.status('ship')).toBe('running')
  })

  test('is ignored the second time', () => {
    const run = play(runbook(ship, step('after')))
      .begin()
      .confirm('ship')
      .exits(1)
    expect(run.ends(0).status('ship')).toBe('failed')
  })
})

describe('verifying', () => {
  test('begins when the command has ended well, and passes the step with exit code 0', () => {
    const run = play(runbook(verified)).begin().confirm('ship').exits(0)
    expect(run.step('ship')).toEqual({ status: 'verifying', since: run.now(), attempt: 1, tries: 1 })
    expect(run.handedOut()).toEqual(['ship verify 1'])
    expect(run.exits(0).status('ship')).toBe('passed')
  })

  test('polls again, slower and slower, while the time is not up', () => {
    const run = play(runbook(verified)).begin().confirm('ship').exits(0)
    expect(run.exits(1, 10).handedOut()).toEqual(['ship verify 2 after 1000 ms'])
    expect(run.step('ship')).toMatchObject({ status: 'verifying', tries: 2 })
    expect(run.exits(1, 10).handedOut()).toEqual(['ship verify 3 after 1500 ms'])
    expect(run.exits(0).status('ship')).toBe('passed')
  })

  test('counts a poll that took too long as one that is not good yet', () => {
    const run = play(runbook(verified)).begin().confirm('ship').exits(0)
    expect(run.starts().ends({ kind: 'timed-out' }).handedOut()).toEqual(['ship verify 2 after 1000 ms'])
  })

  test('looks for the last time at the end of the timeout, and then fails', () => {
    const run = play(runbook(verified)).begin().confirm('ship').exits(0)
    expect(run.exits(1, 9900).handedOut()).toEqual(['ship verify 2 after 100 ms'])
    run.wait(100).exits(1)
    const failure = { role: 'verify', outcome: { kind: 'exited', code: 1 } }
    expect(run.step('ship')).toMatchObject({ status: 'failed', failure })
  })

  test('has a minute where the runbook says nothing', () => {
    const unsaid = step('ship', commands('change'), { verify: block('verify', 'read') })
    const run = play(runbook(unsaid)).begin().confirm('ship').exits(0).exits(1, 59_999)
    expect(run.status('ship')).toBe('verifying')
    expect(run.exits(1, 1).status('ship')).toBe('failed')
  })

  test('fails at once when it is cancelled', () => {
    const run = play(runbook(verified)).begin().confirm('ship').exits(0).starts().ends({ kind: 'cancelled' })
    expect(run.step('ship')).toMatchObject({ status: 'failed', failure: { role: 'verify' } })
  })

  test('looks again when a poll that reads was lost', () => {
    const run = play(runbook(verified)).begin().confirm('ship').exits(0)
    expect(run.starts().ends({ kind: 'lost', why: 'no process' }).status('ship')).toBe('verifying')
  })

  test('leaves the step unknown when a poll that may change something was lost', () => {
    const risky = step('ship', commands('change'), { verify: block('verify', 'change') })
    const run = play(runbook(risky)).begin().confirm('ship').exits(0)
    run.starts().ends({ kind: 'lost', why: 'no process' })
    expect(run.step('ship')).toMatchObject({ status: 'unknown', role: 'verify' })
  })
})

describe('watching', () => {
  test('samples in its rhythm and passes when the window is over', () => {
    const run = play(runbook(gated)).begin()
    for (const sample of [2, 3, 4, 5, 6, 7]) {
      expect(run.exits(0, 200).handedOut()).toEqual([`gate watch ${sample} after 4800 ms`])
      run.wait(4800)
    }
    expect(run.step('gate')).toMatchObject({ status: 'watching', samples: { length: 6 } })
    expect(run.exits(0, 200).status('gate')).toBe('passed')
  })

  test('trips at the first bad sample above what is allowed', () => {
    const run = play(runbook(gated)).begin().exits(1, 100)
    expect(run.step('gate')).toMatchObject({ status: 'watching', samples: [{ good: false }] })
    run.wait(4900).exits(22)
    const failure = { role: 'watch', outcome: { kind: 'exited', code: 22 } }
    expect(run.step('gate')).toMatchObject({ status: 'failed', failure })
  })

  test('fails at once when it is cancelled', () => {
    const run = play(runbook(gated)).begin().starts().ends({ kind: 'cancelled' })
    expect(run.step('gate')).toMatchObject({ status: 'failed', failure: { role: 'watch' } })
  })

  test('comes after the command and the verify of the same step', () => {
    const run = play(runbook(step('ship', commands('change', 'verify'), gate(0))))
      .begin()
      .confirm('ship')
    expect(run.exits(0).handedOut()).toEqual(['ship verify 1'])
    expect(run.exits(0).handedOut()).toEqual(['ship watch 1'])
    expect(run.exits(1).status('ship')).toBe('failed')
  })
})

describe('resuming', () => {
  test('a crash between intent and result leaves a command unknown, and runs nothing', () => {
    const run = play(runbook(ship)).begin().confirm('ship').starts().resume()
    expect(run.step('ship')).toMatchObject({ status: 'unknown', role: 'command' })
    expect(run.handedOut()).toEqual([])
  })

  test('a reading command that had started is unknown too: it may have been long', () => {
    const run = play(runbook(step('look', commands('read'))))
      .begin()
      .starts()
      .resume()
    expect(run.status('look')).toBe('unknown')
  })

  test('a crash before the intent was on record asks again for the word on a change', () => {
    const run = play(runbook(ship)).begin().confirm('ship').resume()
    expect(run.status('ship')).toBe('confirming')
    expect(run.handedOut()).toEqual([])
    expect(run.confirm('ship').handedOut()).toEqual(['ship command 1'])
  })

  test('a crash before the intent was on record starts a read', () => {
    const run = play(runbook(step('look', commands('read'))))
      .begin()
      .resume()
    expect(run.handedOut()).toEqual(['look command 1'])
    expect(run.exits(0).status('look')).toBe('passed')
  })

  test('a retry that had not started asks again, and what ran before is still to be taken back', () => {
    const undoable = step('ship', commands('change', 'undo'))
    const run = play(runbook(undoable)).begin().confirm('ship').exits(1).retry('ship').resume()
    expect(run.status('ship')).toBe('confirming')
    expect(run.state().wayBack).toEqual(['ship'])
    expect(run.confirm('ship').handedOut()).toEqual(['ship command 2'])
  })

  test('a check is polled anew, with its whole time before it', () => {
    const run = play(runbook(verified)).begin().confirm('ship').exits(0).exits(1).starts().wait(3_600_000)
    expect(run.resume().handedOut()).toEqual(['ship verify 3'])
    expect(run.step('ship')).toEqual({ status: 'verifying', since: run.now(), attempt: 1, tries: 1 })
    expect(run.exits(1).status('ship')).toBe('verifying')
    expect(run.exits(0).status('ship')).toBe('passed')
  })

  test('a gate begins anew: nobody looked meanwhile', () => {
    const run = play(runbook(gated)).begin().exits(1).wait(3_600_000).resume()
    expect(run.step('gate')).toEqual({ status: 'watching', since: run.now(), attempt: 1, samples: [] })
    expect(run.handedOut()).toEqual(['gate watch 2'])
  })

  test('a check that may change something and had started leaves the step unknown', () => {
    const risky = step('ship', commands('change'), { verify: block('verify', 'change') })
    const run = play(runbook(risky)).begin().confirm('ship').exits(0)
    expect(run.resume().handedOut()).toEqual(['ship verify 1'])
    expect(run.starts().resume().step('ship')).toMatchObject({ status: 'unknown', role: 'verify' })
    expect(run.handedOut()).toEqual([])
  })

  test('changes nothing where the run waits for the operator', () => {
    const run = play(runbook(ship)).resume()
    expect(run.state().stage).toEqual({ stage: 'preparing' })
    expect(run.begin().resume().status('ship')).toBe('confirming')
    expect(run.confirm('ship').exits(1).resume().status('ship')).toBe('failed')
    expect(run.handedOut()).toEqual([])
  })

  test('the end of a block from before the crash no longer counts', () => {
    const run = play(runbook(ship, step('after')))
      .begin()
      .confirm('ship')
      .starts()
      .resume()
      .ends(0)
    expect(run.status('ship')).toBe('unknown')
  })
})

describe('a finding', () => {
  const looking = () => play(runbook(step('look', commands('read'), finding('mend')), step('next'))).begin()
  const ends = (run: ReturnType<typeof looking>, words: Finding | undefined, code = 0) =>
    run.say({
      type: 'block.ended',
      step: 'look',
      role: 'finding',
      attempt: 1,
      outcome: { kind: 'exited', code },
      ...(words === undefined ? {} : { finding: words }),
    })

  test('comes after the command, is kept, and waits to be read', () => {
    const run = looking()
    run.exits(0)
    expect(run.state().steps.look?.status).toBe('finding')
    run.starts()
    ends(run, { text: 'the image crashes', leadsTo: 'mend' })
    expect(run.state().steps.look?.status).toBe('found')
    expect(run.state().findings).toEqual({ look: { text: 'the image crashes', leadsTo: 'mend' } })
    expect(run.state().choices).toContain('lead')
    run.say({ type: 'step.confirmed', step: 'look', how: 'key' })
    expect(run.state().stage).toEqual({ stage: 'walking', step: 'next' })
  })

  test('leads to another runbook, which ends this run; to none that was not found', () => {
    const run = looking()
    run.exits(0)
    run.starts()
    ends(run, { text: 'the image crashes', leadsTo: 'mend' })
    run.say({ type: 'lead.followed', runbook: 'restore' })
    expect(run.state().stage.stage).toBe('walking')
    run.say({ type: 'lead.followed', runbook: 'mend' })
    expect(run.state().stage).toEqual({ stage: 'ended', ending: 'stopped' })
    expect(run.deeds()).toContainEqual({ type: 'openRunbook', runbook: 'mend' })
  })

  test('that could not be made fails nothing: the step goes on without one', () => {
    const run = looking()
    run.exits(0)
    run.starts()
    ends(run, { text: 'no finding: its script ended with exit code 1' }, 1)
    expect(run.state().steps.look?.status).toBe('found')
    expect(run.state().choices).not.toContain('lead')
  })

  test('is made again after a crash, since it only reads', () => {
    const run = looking()
    run.exits(0)
    run.starts().resume()
    expect(run.state().steps.look?.status).toBe('finding')
    expect(run.deeds()).toContainEqual(expect.objectContaining({ role: 'finding', attempt: 2 }))
  })
})
