import { describe, expect, test } from 'vitest'
import { play } from './play.ts'
import { block, checklist, commands, gate, runbook, step } from './sample.ts'

describe('a step whose facts do not hold', () => {
  const needy = step('switch', commands('change'), { requires: ['shipped', 'healthy'] })

  test('is blocked, says which facts are missing, and can be skipped or left', () => {
    const run = play(runbook(needy)).begin()
    expect(run.step('switch')).toEqual({ status: 'blocked', missing: ['shipped', 'healthy'] })
    expect(run.state().choices).toEqual(['skip', 'emergency', 'stop'])
    expect(run.handedOut()).toEqual([])
  })

  test('is not offered for confirmation, and confirming it all the same does nothing', () => {
    const run = play(runbook(needy)).begin().confirm('switch')
    expect(run.status('switch')).toBe('blocked')
    expect(run.handedOut()).toEqual([])
  })

  test('offers the rollback where something before it can be undone', () => {
    const ship = step('ship', commands('change', 'undo'))
    const run = play(runbook(ship, needy)).begin().confirm('ship').exits(0)
    expect(run.state().choices).toEqual(['skip', 'rollback', 'emergency', 'stop'])
  })

  test('is open once steps before it have provided the facts', () => {
    const ship = step('ship', commands('change'), { provides: ['shipped', 'healthy'] })
    const run = play(runbook(ship, needy)).begin().confirm('ship').exits(0)
    expect(run.status('switch')).toBe('confirming')
  })

  test('is blocked again when a step between has revoked a fact', () => {
    const ship = step('ship', commands('change'), { provides: ['shipped', 'healthy'] })
    const spoil = step('spoil', commands('change'), { revokes: ['healthy'] })
    const run = play(runbook(ship, spoil, needy))
      .begin()
      .confirm('ship')
      .exits(0)
      .confirm('spoil')
      .exits(0)
    expect(run.step('switch')).toEqual({ status: 'blocked', missing: ['healthy'] })
  })
})

describe('a checklist', () => {
  test('has to be attested before its command is offered', () => {
    const run = play(runbook(step('ship', checklist('a', 'b'), commands('change')))).begin()
    expect(run.status('ship')).toBe('ready')
    expect(run.state().choices).toContain('attest')
    expect(run.confirm('ship').status('ship')).toBe('ready')
    run.attest('ship', 'a')
    expect(run.status('ship')).toBe('ready')
    expect(run.state().attested.ship).toEqual(['a'])
    run.attest('ship', 'b')
    expect(run.status('ship')).toBe('confirming')
    expect(run.handedOut()).toEqual([])
  })

  test('passes its step by itself where there is nothing else to do', () => {
    const run = play(runbook(step('before', checklist('a', 'b')), step('after'))).begin()
    run.attest('before', 'b').attest('before', 'a')
    expect(run.status('before')).toBe('passed')
    expect(run.status('after')).toBe('confirming')
  })

  test('takes no item that it does not have, and none of another step', () => {
    const run = play(runbook(step('before', checklist('a')), step('after', checklist('b')))).begin()
    run.attest('before', 'b').attest('after', 'b').attest('before', 'constructor')
    expect(run.state().attested).toEqual({ before: [], after: [] })
  })

  test('counts an item once, however often it is attested', () => {
    const run = play(runbook(step('before', checklist('a', 'b')))).begin()
    run.attest('before', 'a').attest('before', 'a')
    expect(run.state().attested.before).toEqual(['a'])
    expect(run.status('before')).toBe('ready')
  })

  test('lets an item be withdrawn while the step is ready', () => {
    const run = play(runbook(step('before', checklist('a', 'b'))))
      .begin()
      .attest('before', 'a')
    run.say({ type: 'item.withdrawn', step: 'before', item: 'a' }).attest('before', 'b')
    expect(run.state().attested.before).toEqual(['b'])
    expect(run.status('before')).toBe('ready')
  })

  test('lets an item be withdrawn while the command waits for its word, which then waits again', () => {
    const run = play(runbook(step('ship', checklist('a'), commands('change'))))
      .begin()
      .attest('ship', 'a')
    run.say({ type: 'item.withdrawn', step: 'ship', item: 'a' })
    expect(run.status('ship')).toBe('ready')
    expect(run.confirm('ship').status('ship')).toBe('ready')
  })
})

describe('what starts by itself', () => {
  test('a command that only reads', () => {
    const run = play(runbook(step('look', commands('read')))).begin()
    expect(run.status('look')).toBe('running')
    expect(run.handedOut()).toEqual(['look command 1'])
  })

  test('a command that only reads, after the last item of its checklist', () => {
    const run = play(runbook(step('look', checklist('a'), commands('read'))))
      .begin()
      .attest('look', 'a')
    expect(run.handedOut()).toEqual(['look command 1'])
  })

  test('a gate without a command', () => {
    const run = play(runbook(step('gate', gate(0)))).begin()
    expect(run.status('gate')).toBe('watching')
    expect(run.handedOut()).toEqual(['gate watch 1'])
  })

  test('the check behind a checklist that was attested', () => {
    const run = play(runbook(step('by-hand', checklist('a'), { verify: block('verify', 'read') }))).begin()
    run.attest('by-hand', 'a')
    expect(run.handedOut()).toEqual(['by-hand verify 1'])
  })
})

describe('what waits for the operator to confirm it', () => {
  test.each(['change', 'destroy'] as const)('a command of effect %s', (effect) => {
    const run = play(runbook(step('ship', commands(effect)))).begin()
    expect(run.status('ship')).toBe('confirming')
    expect(run.state().choices).toContain('confirm')
    expect(run.handedOut()).toEqual([])
    run.confirm('ship')
    expect(run.status('ship')).toBe('running')
    expect(run.handedOut()).toEqual(['ship command 1'])
  })

  test('prose alone: it is done by hand, and passes with the word', () => {
    const run = play(runbook(step('call', { provides: ['called'] }))).begin()
    expect(run.status('call')).toBe('confirming')
    run.confirm('call')
    expect(run.status('call')).toBe('passed')
    expect(run.state().facts).toEqual(['called'])
  })

  test('prose with a check: what was done by hand is verified after the word', () => {
    const run = play(runbook(step('call', { verify: block('verify', 'read') }))).begin()
    expect(run.status('call')).toBe('confirming')
    expect(run.confirm('call').handedOut()).toEqual(['call verify 1'])
  })

  test('a reading command whose check may change something', () => {
    const run = play(runbook(step('look', commands('read'), { verify: block('verify', 'change') }))).begin()
    expect(run.status('look')).toBe('confirming')
    expect(run.handedOut()).toEqual([])
  })

  test('a gate whose samples may change something', () => {
    const run = play(runbook(step('gate', gate(0, 'change')))).begin()
    expect(run.status('gate')).toBe('confirming')
    expect(run.confirm('gate').handedOut()).toEqual(['gate watch 1'])
  })

  test('and no word for another step counts', () => {
    const run = play(runbook(step('ship', commands('change')), step('switch', commands('change')))).begin()
    expect(run.confirm('switch').status('ship')).toBe('confirming')
    expect(run.handedOut()).toEqual([])
  })
})
