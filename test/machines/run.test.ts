import { describe, expect, test } from 'vitest'
import { runChart } from '../../machines/run.ts'
import type { Parameter } from '../../src/runbook/runbook.ts'
import { play } from './play.ts'
import { commands, gate, phase, runbook, runbookOf, step } from './sample.ts'

const parameter = (name: string): Parameter => ({
  name,
  sources: [],
  secret: false,
  uses: [],
  position: { file: 'sample.md', line: 1, column: 1 },
})

describe('preparing', () => {
  const asking = () => play(runbookOf([phase('p', step('s'))], { parameters: [parameter('IMAGE')] }))

  test('takes parameters in, the last word counting', () => {
    const run = asking().say({ type: 'parameter.set', name: 'IMAGE', value: 'a:1', source: 'given' })
    run.say({ type: 'parameter.set', name: 'IMAGE', value: 'a:2', source: 'answered' })
    expect(run.state().parameters).toEqual({ IMAGE: 'a:2' })
  })

  test('offers to begin, and begins, only once every parameter has a value', () => {
    const run = asking()
    expect(run.state().choices).toEqual(['emergency', 'stop'])
    expect(run.begin().state().stage).toEqual({ stage: 'preparing' })
    run.say({ type: 'parameter.set', name: 'IMAGE', value: '', source: 'given' })
    expect(run.state().choices).toEqual(['begin', 'emergency', 'stop'])
    expect(run.begin().state().stage).toEqual({ stage: 'walking', step: 's' })
  })

  test('keeps parameters as they are once the run has begun', () => {
    const run = asking().say({ type: 'parameter.set', name: 'IMAGE', value: 'a:1', source: 'given' }).begin()
    run.say({ type: 'parameter.set', name: 'IMAGE', value: 'a:2', source: 'given' })
    expect(run.state().parameters).toEqual({ IMAGE: 'a:1' })
  })

  test('can be stopped', () => {
    expect(asking().stop().state().stage).toEqual({ stage: 'ended', ending: 'stopped' })
  })
})

describe('a run', () => {
  test('walks the phases and steps in order and ends done', () => {
    const run = play(
      runbookOf([phase('p', step('a'), step('b')), phase('empty'), phase('q', step('c'))]),
    ).begin()
    const walked: string[] = []
    for (let { stage } = run.state(); stage.stage === 'walking'; { stage } = run.state()) {
      walked.push(stage.step)
      run.confirm(stage.step)
    }
    expect(walked).toEqual(['a', 'b', 'c'])
    expect(run.state().stage).toEqual({ stage: 'ended', ending: 'done' })
    expect(run.state().choices).toEqual([])
  })

  test('keeps the order of steps whose ids are numbers', () => {
    const run = play(runbookOf([phase('9', step('20'), step('3')), phase('1', step('7'))])).begin()
    run.confirm('20').confirm('3').confirm('7')
    expect(run.state().stage).toEqual({ stage: 'ended', ending: 'done' })
  })

  test('of a runbook without a step is done when it begins', () => {
    expect(play(runbookOf([])).begin().state().stage).toEqual({ stage: 'ended', ending: 'done' })
  })

  test('stops where the operator stops it, and shows where it stood', () => {
    const run = play(runbook(step('ship', commands('change'))))
      .begin()
      .stop()
    expect(run.state().stage).toEqual({ stage: 'ended', ending: 'stopped' })
    expect(run.status('ship')).toBe('confirming')
  })

  test('opens the emergency runbook that it names, and stops', () => {
    const run = play(runbook(step('ship', commands('change')))).begin()
    run.say({ type: 'emergency.chosen', runbook: 'another' })
    expect(run.state().stage).toEqual({ stage: 'walking', step: 'ship' })
    run.say({ type: 'emergency.chosen', runbook: 'rollback' })
    expect(run.handedOut()).toEqual(['open rollback'])
    expect(run.state().stage).toEqual({ stage: 'ended', ending: 'stopped' })
  })

  test('offers no emergency runbook where none is named', () => {
    const { emergency: _, ...without } = runbook(step('ship', commands('change')))
    expect(play(without).begin().state().choices).toEqual(['confirm', 'skip', 'stop'])
  })

  test('that has ended stays ended, whatever comes', () => {
    const run = play(runbook(step('a')))
      .begin()
      .confirm('a')
    run.begin().resume().stop().rollBack().retry('a').skip('a')
    expect(run.state().stage).toEqual({ stage: 'ended', ending: 'done' })
    expect(run.status('a')).toBe('passed')
  })
})

describe('the chart of a run', () => {
  const chart = runChart(
    runbookOf([
      phase('deploy', step('ship', commands('change', 'verify', 'undo')), step('look', commands('read'))),
      phase('watch', step('gate', gate(0))),
    ]),
  )

  test("bears the phases' and the steps' names", () => {
    expect(Object.keys(chart.states.walking?.states ?? {})).toEqual(['deploy', 'watch'])
    expect(Object.keys(chart.states.walking?.states.deploy?.states ?? {})).toEqual(['ship', 'look'])
    expect(Object.keys(chart.states['rolling-back']?.states ?? {})).toEqual(['gate', 'look', 'ship'])
  })

  test('gives a step only the states that it can be in', () => {
    const states = (path: string) => {
      const [phaseId = '', stepId = ''] = path.split('/')
      return Object.keys(chart.states.walking?.states[phaseId]?.states[stepId]?.states ?? {})
    }
    expect(states('deploy/ship')).toEqual([
      'entering',
      'confirming',
      'running',
      'verifying',
      'rechecking',
      'failed',
      'unknown',
      'passed',
      'skipped',
    ])
    expect(states('deploy/look')).toEqual(['entering', 'running', 'failed', 'unknown', 'passed', 'skipped'])
    expect(states('watch/gate')).toEqual(['entering', 'watching', 'failed', 'unknown', 'passed', 'skipped'])
  })

  test('can be written as JSON', () => {
    expect(JSON.stringify(chart.config)).toContain('"Phase deploy"')
  })
})
