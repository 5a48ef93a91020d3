import { expect, test } from 'vitest'
import { doorTrouble } from '../../src/switch/flow.ts'
import { nothingChanged, wayBack } from '../../src/switch/way-back.ts'

const colors = { from: 'blue', to: 'green' }
const everything = { raised: true, moved: true, lowered: true }

test('capacity comes before traffic, and the target keeps its pods until the traffic has left it', () => {
  expect(wayBack(everything, { ...colors, selected: 'green' }).deeds).toEqual([
    'restore-old-color',
    'move-traffic-back',
    'shrink-target',
  ])
})

test('where it is not known whether the traffic was moved, moving it back is tried', () => {
  expect(wayBack({ ...nothingChanged, moved: true }, { ...colors, selected: 'unknown' }).deeds).toEqual([
    'move-traffic-back',
  ])
})

test('a switch that never reached the Service leaves the traffic where it is', () => {
  const way = wayBack({ ...everything, lowered: false }, { ...colors, selected: 'blue' })
  expect(way.deeds).toEqual(['shrink-target'])
  expect(way.says).toContain('was not moved')
})

test('what somebody else has selected meanwhile is theirs, and no color loses pods for it', () => {
  const way = wayBack(everything, { ...colors, selected: 'red' })
  expect(way.deeds).toEqual(['restore-old-color'])
  expect(way.says).toContain('"red"')
})

test('before anything was changed nothing is put back', () => {
  expect(wayBack(nothingChanged, { ...colors, selected: 'unknown' })).toEqual({ deeds: [] })
})

test('the traffic flows when every answer is 200 and by the target, or by nobody who says its color', () => {
  const answered = { kind: 'answered', status: 200 } as const
  expect(doorTrouble([], 'green')).toBeUndefined()
  expect(doorTrouble([answered, { ...answered, color: 'green' }], 'green')).toBeUndefined()
  expect(
    doorTrouble(
      [
        { ...answered, color: 'green' },
        { ...answered, color: 'blue' },
      ],
      'green',
    ),
  ).toContain('still answered by blue')
  expect(doorTrouble([answered, { ...answered, status: 503 }], 'green')).toContain('503')
  expect(doorTrouble([{ kind: 'none', why: 'no answer within 5 s' }], 'green')).toContain('no answer')
})
