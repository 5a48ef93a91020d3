import { describe, expect, test } from 'vitest'
import { play } from './play.ts'
import { commands, gate, runbook, step } from './sample.ts'

describe('a passed step', () => {
  test('grants what it provides and takes away what it revokes', () => {
    const first = step('first', { provides: ['shipped', 'idle'] })
    const second = step('second', { provides: ['shipped', 'live'], revokes: ['idle'] })
    const run = play(runbook(first, second)).begin().confirm('first').confirm('second')
    expect(run.state().facts).toEqual(['shipped', 'live'])
  })
})

describe('a failed step', () => {
  const failed = () =>
    play(runbook(step('ship', commands('change', 'undo'))))
      .begin()
      .confirm('ship')
      .exits(1)

  test('offers a retry, a skip, the rollback, the emergency runbook, and to stop', () => {
    expect(failed().state().choices).toEqual(['retry', 'skip', 'rollback', 'emergency', 'stop'])
  })

  test('runs its command again when asked, as the next attempt', () => {
    const run = failed().retry('ship')
    expect(run.handedOut()).toEqual(['ship command 2'])
    expect(run.step('ship')).toMatchObject({ status: 'running', attempt: 2 })
    expect(run.exits(0).step('ship')).toMatchObject({ status: 'passed', attempt: 2 })
  })

  test('is not run again by a word on another step', () => {
    expect(failed().retry('other').handedOut()).toEqual([])
  })
})

describe('an unknown step', () => {
  test('offers what a failed one does, and runs again when asked', () => {
    const run = play(runbook(step('ship', commands('change', 'undo'))))
      .begin()
      .confirm('ship')
      .starts()
      .resume()
    expect(run.state().choices).toEqual(['retry', 'skip', 'rollback', 'emergency', 'stop'])
    expect(run.retry('ship').handedOut()).toEqual(['ship command 2'])
  })
})

describe('a retry after the command had ended well', () => {
  const unverified = () =>
    play(runbook(step('restore', commands('change', 'verify')), step('after')))
      .begin()
      .confirm('restore')
      .exits(0)
      .exits(1, 10_000)

  test('looks first, and passes without running the command again when it was merely slow', () => {
    const run = unverified().retry('restore')
    expect(run.handedOut()).toEqual(['restore verify 2'])
    expect(run.status('restore')).toBe('verifying')
    run.exits(0)
    expect(run.step('restore')).toMatchObject({ status: 'passed', attempt: 1 })
    expect(run.state().stage).toEqual({ stage: 'walking', step: 'after' })
  })

  test('runs the command again when the one look is bad, and verifies with all its time', () => {
    const run = unverified().retry('restore').exits(1)
    expect(run.handedOut()).toEqual(['restore command 2'])
    expect(run.exits(0).step('restore')).toMatchObject({ status: 'verifying', since: run.now(), attempt: 2 })
  })

  test('still looks first after the second run of the command has failed', () => {
    const run = unverified().retry('restore').exits(1).exits(254)
    expect(run.step('restore')).toMatchObject({ status: 'failed', failure: { role: 'command' } })
    expect(run.retry('restore').handedOut()).toEqual(['restore verify 3'])
    expect(run.exits(0).status('restore')).toBe('passed')
  })

  test('is one of this step, not of another', () => {
    expect(unverified().retry('after').handedOut()).toEqual([])
  })

  test('fails at once when the look is cancelled', () => {
    const run = unverified().retry('restore').starts().ends({ kind: 'cancelled' })
    expect(run.step('restore')).toMatchObject({ status: 'failed', failure: { role: 'verify' } })
  })

  test('looks anew after a crash during the look', () => {
    const run = unverified().retry('restore').starts().resume()
    expect(run.handedOut()).toEqual(['restore verify 3'])
    expect(run.exits(1).handedOut()).toEqual(['restore command 2'])
  })
})

test('a command that a dry run did not run counts as an attempt: its number is not given out twice', () => {
  const run = play(runbook(step('ship', commands('change', 'verify'))))
    .begin()
    .confirm('ship')
  run.ends({ kind: 'not-run', why: 'dry run' }).ends({ kind: 'cancelled' }).retry('ship').exits(1)
  expect(run.handedOut()).toEqual(['ship command 2'])
})

test('a command that never ended well is run again without a look, since a check alone proves little', () => {
  const run = play(runbook(step('ship', commands('change', 'verify'))))
    .begin()
    .confirm('ship')
    .exits(1)
  expect(run.retry('ship').handedOut()).toEqual(['ship command 2'])
})

test('a tripped gate that is retried opens anew', () => {
  const run = play(runbook(step('gate', gate(0))))
    .begin()
    .exits(1)
    .wait(60_000)
    .retry('gate')
  expect(run.step('gate')).toEqual({ status: 'watching', since: run.now(), attempt: 1, samples: [] })
})

describe('a skipped step', () => {
  test('provides nothing, keeps its reason, and the next one follows', () => {
    const ship = step('ship', commands('change'), { provides: ['shipped'] })
    const run = play(runbook(ship, step('after', { requires: ['shipped'] })))
      .begin()
      .skip('ship')
    expect(run.step('ship')).toEqual({ status: 'skipped', at: run.now(), reason: 'seen to by hand' })
    expect(run.step('after')).toEqual({ status: 'blocked', missing: ['shipped'] })
  })

  test.each(['', '  '])('needs a reason: %j is none', (reason) => {
    const run = play(runbook(step('ship', commands('change')))).begin()
    expect(run.say({ type: 'step.skipped', step: 'ship', reason }).status('ship')).toBe('confirming')
  })

  test('is the one at hand, not one to come', () => {
    const run = play(runbook(step('ship', commands('change')), step('after')))
      .begin()
      .skip('after')
    expect(run.state().stage).toEqual({ stage: 'walking', step: 'ship' })
    expect(run.status('after')).toBe('waiting')
  })
})
