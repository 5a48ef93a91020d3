import { describe, expect, test } from 'vitest'
import { play } from './play.ts'
import { checklist, commands, runbook, step } from './sample.ts'

const undoable = (id: string) => step(id, commands('change', 'undo'), { provides: [`${id} done`] })
const last = step('last', commands('change'))

/** Three undoable steps have passed, a fourth waits for its word. */
const threePassed = () => {
  const run = play(runbook(undoable('a'), undoable('b'), undoable('c'), last)).begin()
  for (const id of ['a', 'b', 'c']) run.confirm(id).exits(0)
  return run
}

describe('rolling back', () => {
  test('undoes what has passed, newest first, one after the other, and ends rolled back', () => {
    const run = threePassed().rollBack()
    expect(run.state().stage).toEqual({ stage: 'rolling-back', step: 'c' })
    expect(run.step('c')).toEqual({ status: 'undoing', since: run.now(), attempt: 1 })
    expect(run.handedOut()).toEqual(['c undo 1'])
    expect(run.exits(0).handedOut()).toEqual(['b undo 1'])
    expect(run.state().facts).toEqual(['a done', 'b done'])
    expect(run.exits(0).handedOut()).toEqual(['a undo 1'])
    run.exits(0)
    expect(run.state().stage).toEqual({ stage: 'ended', ending: 'rolled-back' })
    expect(['a', 'b', 'c', 'last'].map(run.status)).toEqual(['undone', 'undone', 'undone', 'waiting'])
    expect(run.state().facts).toEqual([])
  })

  test('shows what is still to be undone', () => {
    const run = threePassed()
    expect(run.state().wayBack).toEqual(['c', 'b', 'a'])
    run.rollBack().exits(0)
    expect(run.state().wayBack).toEqual(['b', 'a'])
    run.exits(0).exits(0)
    expect(run.state().wayBack).toEqual([])
  })

  test('begins with the failed step itself, whose command may have done half', () => {
    const run = play(runbook(undoable('a'), undoable('b')))
      .begin()
      .confirm('a')
      .exits(0)
      .confirm('b')
      .exits(1)
    expect(run.rollBack().handedOut()).toEqual(['b undo 1'])
  })

  test('begins with the unknown step itself', () => {
    const run = play(runbook(undoable('a')))
      .begin()
      .confirm('a')
      .starts()
      .resume()
    expect(run.rollBack().handedOut()).toEqual(['a undo 1'])
  })

  test('is not offered, nor taken, where nothing can be undone', () => {
    const run = play(runbook(step('look', commands('read')), last))
      .begin()
      .exits(0)
    expect(run.state().choices).not.toContain('rollback')
    expect(run.rollBack().status('last')).toBe('confirming')
  })

  test('can be chosen where the run waits: ready, confirming, blocked, failed, unknown', () => {
    const ready = step('next', checklist('x'))
    expect(
      play(runbook(undoable('a'), ready))
        .begin()
        .confirm('a')
        .exits(0)
        .rollBack()
        .handedOut(),
    ).toEqual(['a undo 1'])
    const blocked = step('next', { requires: ['what nobody provides'] })
    const run = play(runbook(undoable('a'), blocked))
      .begin()
      .confirm('a')
      .exits(0)
      .rollBack()
    expect(run.handedOut()).toEqual(['a undo 1'])
    expect(run.status('next')).toBe('waiting')
  })

  test('cannot be chosen while a process runs', () => {
    const run = play(runbook(undoable('a'), undoable('b')))
      .begin()
      .confirm('a')
      .exits(0)
      .confirm('b')
      .starts()
    expect(run.rollBack().status('b')).toBe('running')
  })

  test('leaves a skipped step alone, unless an attempt of it ran before', () => {
    const run = play(runbook(undoable('a'), undoable('b'), undoable('c'), last)).begin()
    run.confirm('a').exits(0).skip('b').confirm('c').exits(1).skip('c')
    expect(run.state().wayBack).toEqual(['c', 'a'])
    run.rollBack()
    expect(run.handedOut()).toEqual(['c undo 1'])
    expect(run.exits(0).handedOut()).toEqual(['a undo 1'])
    expect(run.exits(0).status('b')).toBe('skipped')
  })

  test('leaves reads, checklists and what was done by hand as they are', () => {
    const run = play(
      runbook(
        undoable('a'),
        step('look', commands('read')),
        step('list', checklist('x')),
        step('hand'),
        last,
      ),
    ).begin()
    run.confirm('a').exits(0).exits(0).attest('list', 'x').confirm('hand').rollBack()
    expect(['look', 'list', 'hand'].map(run.status)).toEqual(['left', 'left', 'left'])
    expect(run.exits(0).state().stage).toEqual({ stage: 'ended', ending: 'rolled-back' })
  })

  test('passes a change that has no undo, leaves it, and goes on', () => {
    const run = play(runbook(undoable('a'), step('b', commands('change')), last)).begin()
    run.confirm('a').exits(0).confirm('b').exits(0)
    expect(run.state().wayBack).toEqual(['a'])
    expect(run.state().wayBackLeaves).toEqual(['b'])
    expect(run.state().wayBackEnd).toBeUndefined()
    expect(run.rollBack().status('b')).toBe('left')
    expect(run.exits(0).state().stage).toEqual({ stage: 'ended', ending: 'rolled-back' })
  })

  test.each([
    ['passed', 0],
    ['failed', 1],
  ])('stops at a step without an undo that destroyed something, whether it %s', (_, code) => {
    const run = play(runbook(undoable('a'), step('drop', commands('destroy')), undoable('c'), last)).begin()
    run.confirm('a').exits(0).confirm('drop').exits(code)
    if (code !== 0) run.skip('drop')
    expect(run.state().choices).not.toContain('rollback')
    expect(run.state().wayBackEnd).toBe('drop')
    run.confirm('c').exits(0)
    expect(run.state().wayBack).toEqual(['c'])
    expect(run.state().wayBackEnd).toBe('drop')
    run.rollBack().exits(0)
    expect(run.state().stage).toEqual({ stage: 'ended', ending: 'rollback-failed' })
    expect(['a', 'drop', 'c'].map(run.status)).toEqual(['passed', 'left', 'undone'])
  })

  test('goes past a destroying step that never ran', () => {
    const run = play(runbook(undoable('a'), step('drop', commands('destroy'))))
      .begin()
      .confirm('a')
      .exits(0)
    expect(run.rollBack().exits(0).state().stage).toEqual({ stage: 'ended', ending: 'rolled-back' })
  })

  test('takes a destroying step back where its author says how', () => {
    const run = play(runbook(step('drop', commands('destroy', 'undo')), last))
      .begin()
      .confirm('drop')
      .exits(0)
    expect(run.rollBack().exits(0).state().stage).toEqual({ stage: 'ended', ending: 'rolled-back' })
  })

  test('counts an undo that a dry run does not run as done', () => {
    const run = play(runbook(undoable('a'), last))
      .begin()
      .confirm('a')
      .ends({ kind: 'not-run', why: 'dry run' })
    run.rollBack().ends({ kind: 'not-run', why: 'dry run' })
    expect(run.status('a')).toBe('undone')
  })
})

describe('an undo that failed', () => {
  const failed = () => threePassed().rollBack().exits(7)

  test('stops the rollback there and asks', () => {
    const run = failed()
    const failure = { role: 'undo', outcome: { kind: 'exited', code: 7 } }
    expect(run.step('c')).toEqual({ status: 'undo-failed', at: run.now(), attempt: 1, failure })
    expect(run.state().choices).toEqual(['retry', 'skip', 'emergency', 'stop'])
    expect(run.handedOut()).toEqual([])
  })

  test('runs again when asked', () => {
    const run = failed().retry('c')
    expect(run.handedOut()).toEqual(['c undo 2'])
    expect(run.exits(0).handedOut()).toEqual(['b undo 1'])
  })

  test('can be skipped with a reason: the step is left, and the rollback goes on', () => {
    const run = failed().skip('c')
    expect(run.status('c')).toBe('left')
    expect(run.handedOut()).toEqual(['b undo 1'])
  })

  test('ends as rollback-failed when the operator stops there', () => {
    expect(failed().stop().state().stage).toEqual({ stage: 'ended', ending: 'rollback-failed' })
  })

  test('lets the operator go on with the emergency runbook', () => {
    const run = failed().say({ type: 'emergency.chosen', runbook: 'rollback' })
    expect(run.handedOut()).toEqual(['open rollback'])
    expect(run.state().stage).toEqual({ stage: 'ended', ending: 'rollback-failed' })
  })
})

describe('a crash while rolling back', () => {
  test('leaves an undo that had started unknown, and asks', () => {
    const run = threePassed().rollBack().starts().resume()
    expect(run.step('c')).toEqual({ status: 'undo-unknown', at: run.now(), attempt: 1 })
    expect(run.state().choices).toEqual(['retry', 'skip', 'emergency', 'stop'])
    expect(run.handedOut()).toEqual([])
    expect(run.retry('c').handedOut()).toEqual(['c undo 2'])
  })

  test('goes on with an undo whose start is not on record', () => {
    expect(threePassed().rollBack().resume().handedOut()).toEqual(['c undo 1'])
  })

  test('an undo whose end was not seen is unknown', () => {
    const run = threePassed().rollBack().starts().ends({ kind: 'lost', why: 'gone' })
    expect(run.status('c')).toBe('undo-unknown')
  })
})
