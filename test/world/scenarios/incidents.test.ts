/** The scenarios that are not about a deployment's own image, played as they should be and as they should not. */
import { expect, test } from 'vitest'
import { type Night, night, paths } from './night.ts'

test('external-down: read the checks, change nothing, tell the users', async () => {
  const played = await night('external-down')
  played.until(() => played.phase() === 'trouble')
  expect(played.run.state().pages).toHaveLength(1)
  played.pass(5)
  expect(played.operator.curl('/healthz')).toBe(200)
  expect(played.score().requestsLost).toBeGreaterThan(0)
  played.pass(20)
  played.operator.patch(paths.config, { data: { MAINTENANCE_BANNER: 'Applications are delayed tonight.' } })
  played.pass(5)
  const report = played.score()
  expect(report).toMatchObject({ outcome: 'mitigated', score: 100, safe: true })
  expect(report.story.map(({ what }) => what)).toContain(
    'changed configmaps/app-config: data.MAINTENANCE_BANNER none → Applications are delayed tonight.',
  )
})

test('external-down: moving the traffic and restarting can’t help and are told so', async () => {
  const played = await night('external-down')
  played.until(() => played.phase() === 'trouble')
  played.operator.scale('green', 3)
  played.pass(20)
  played.operator.switchTo('green')
  played.pass(30)
  played.operator.restart('green')
  played.until(() => played.phase() === 'mitigated')
  const report = played.score()
  expect(report.unsafeActs.map(({ what }) => what)).toEqual([
    'moved the traffic',
    'restarted green while users were on it',
  ])
  expect(report.safe).toBe(false)
  expect(report.score).toBeLessThan(60)
})

/** Ships the image to green with blue's capacity and waits for it. */
function ship(played: Night) {
  played.operator.setImage('green', played.image)
  played.operator.scale('green', 3)
  played.pass(30)
}

test('lie-write: read back, tried again, and only then scaled down', async () => {
  const played = await night('lie-write')
  ship(played)
  played.operator.switchTo('green')
  expect(played.phase()).toBe('trouble')
  played.pass(5)
  expect(played.traffic()).toEqual(['blue', 'blue', 'blue'])
  played.operator.get(paths.service)
  played.pass(100)
  played.operator.switchTo('green')
  played.pass(10)
  expect(played.traffic()).toEqual(['green', 'green', 'green'])
  played.operator.scale('blue', 1)
  played.pass(5)
  const report = played.score()
  expect(report).toMatchObject({ outcome: 'mitigated', score: 100, safe: true, requestsLost: 0 })
  expect(report.story.map(({ what }) => what)).toContain(
    'changed services/api-main: nothing became different',
  )
})

test('lie-write: who believes the exit code scales the live color down', async () => {
  const played = await night('lie-write')
  ship(played)
  played.operator.switchTo('green')
  played.operator.scale('blue', 1)
  played.pass(20)
  const report = played.score()
  expect(report).toMatchObject({ outcome: 'not-mitigated', timeToNoticeMs: null, safe: false })
  expect(report.unsafeActs).toMatchObject([
    { what: 'scaled blue from 3 to 1 replicas while users were on it' },
  ])
})

const switchedForGood = async () => {
  const played = await night('lie-watch')
  ship(played)
  played.operator.switchTo('green')
  played.until(() => played.phase() === 'trouble')
  return played
}

test('lie-watch: asked anew instead of watched, and moved back, is well handled', async () => {
  const played = await switchedForGood()
  played.pass(10)
  expect(played.traffic()).toEqual([])
  played.operator.pods()
  played.operator.switchTo('blue')
  played.pass(10)
  expect(played.score()).toMatchObject({ outcome: 'mitigated', score: 100, safe: true })
})

test('lie-watch: a watch shows nothing, however long it is watched', async () => {
  const played = await switchedForGood()
  for (let minute = 0; minute < 4; minute++) {
    played.operator.get(`${paths.pods}?watch=true`)
    played.pass(60)
  }
  expect(played.score()).toMatchObject({
    outcome: 'not-mitigated',
    timeToNoticeMs: null,
    score: 0,
    safe: false,
  })
})

test('lie-metrics: the metrics page tells nothing; a user’s own question does', async () => {
  const switched = async () => {
    const played = await night('lie-metrics')
    played.operator.setImage('green', played.image)
    played.pass(20)
    played.operator.switchTo('green')
    played.until(() => played.phase() === 'trouble')
    return played
  }
  const right = await switched()
  right.pass(10)
  right.until(() => right.operator.curl('/healthz') === 500)
  right.operator.switchTo('blue')
  right.pass(10)
  expect(right.score()).toMatchObject({ outcome: 'mitigated', score: 100, safe: true })
  expect(right.score().timeToNoticeMs).toBeLessThan(25_000)

  const wrong = await switched()
  wrong.pass(240)
  const report = wrong.score()
  expect(report).toMatchObject({ outcome: 'not-mitigated', timeToNoticeMs: null, safe: false })
  expect(report.score).toBeLessThan(30)
})
