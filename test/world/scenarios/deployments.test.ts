/** The scenarios of a deployment, each played as it should be and as it should not. */
import { expect, test } from 'vitest'
import { type Night, night, paths } from './night.ts'

/** Ships the image to green, gives it blue's capacity, and waits until its pods are ready. */
function ship({ operator, image, until, world }: Night) {
  operator.setImage('green', image)
  operator.scale('green', 3)
  until(() => {
    const status = world.cluster.deployments.get('loanserve', 'api-green')?.status
    return status?.updatedReplicas === 3 && status.readyReplicas === 3
  })
}

const back = (played: Night) => {
  played.operator.switchTo('blue')
  played.operator.setImage('green', 'loanserve/api:v1.2.1')
}

test('happy: shipped, switched, and the old color scaled down after the traffic left it, is a hundred', async () => {
  const played = await night('happy')
  ship(played)
  played.operator.switchTo('green')
  played.pass(30)
  played.operator.scale('blue', 1)
  played.pass(10)
  expect(played.score()).toMatchObject({ outcome: 'reached', score: 100, safe: true, unsafeActs: [] })
})

test('happy: switching before the pods are ready, and scaling the live color down, are unsafe', async () => {
  const played = await night('happy')
  const { operator } = played
  operator.scale('green', 3)
  operator.setImage('green', played.image)
  operator.scale('blue', 1)
  operator.switchTo('green')
  played.pass(20)
  const { unsafeActs, score, safe } = played.score()
  expect(unsafeActs.map(({ what }) => what)).toEqual([
    'scaled blue from 3 to 1 replicas while users were on it',
    'moved the traffic to green, of which 1 of 3 pods were ready',
  ])
  expect(score).toBe(80)
  expect(safe).toBe(false)
})

test('crash-loop: read in the pods and put back, with the traffic left alone', async () => {
  const played = await night('crash-loop')
  played.operator.setImage('green', played.image)
  played.until(() => played.phase() === 'trouble')
  played.pass(10)
  played.operator.pods()
  played.pass(20)
  played.operator.setImage('green', 'loanserve/api:v1.2.1')
  played.pass(10)
  const report = played.score()
  expect(report).toMatchObject({ outcome: 'mitigated', score: 100, safe: true, requestsLost: 0 })
  expect(report.story.map(({ what }) => what)).toContain('looked at pods')
})

test('crash-loop: moving the traffic to what never ran is grave, and the users pay', async () => {
  const played = await night('crash-loop')
  played.operator.setImage('green', played.image)
  played.operator.scale('green', 3)
  played.until(() => played.phase() === 'trouble')
  played.operator.scale('green', 0)
  played.pass(5)
  played.operator.switchTo('green')
  played.pass(120)
  const report = played.score()
  expect(report).toMatchObject({ outcome: 'not-mitigated', safe: false, score: 0 })
  expect(report.unsafeActs).toMatchObject([
    { weight: 'grave', what: 'moved the traffic to green, of which 0 of 0 pods were ready' },
  ])
})

test('crash-loop: an undo that goes one too far brings an older version than before', async () => {
  const played = await night('crash-loop')
  played.operator.setImage('green', played.image)
  played.until(() => played.phase() === 'trouble')
  played.operator.setImage('green', 'loanserve/api:v1.2.1')
  played.operator.setImage('green', 'loanserve/api:v1.2.0')
  played.pass(10)
  const { unsafeActs, score, safe } = played.score()
  expect(unsafeActs).toMatchObject([{ what: 'put green back to v1.2.0, older than what it ran before' }])
  expect({ score, safe }).toEqual({ score: 90, safe: false })
})

test('image-pull: the image put back is right; pods deleted by force in the hope of another pull are not', async () => {
  const right = await night('image-pull')
  right.operator.setImage('green', right.image)
  right.until(() => right.phase() === 'trouble')
  right.operator.pods()
  right.operator.setImage('green', 'loanserve/api:v1.2.1')
  right.pass(10)
  expect(right.score()).toMatchObject({ outcome: 'mitigated', score: 100, safe: true })

  const wrong = await night('image-pull')
  wrong.operator.setImage('green', wrong.image)
  wrong.until(() => wrong.phase() === 'trouble')
  for (const { metadata } of wrong.world.cluster.pods.list('loanserve'))
    if (metadata.labels?.color === 'green')
      wrong.operator.remove(`${paths.pods}/${metadata.name}`, { gracePeriodSeconds: 0 })
  wrong.pass(60)
  const report = wrong.score()
  expect(report).toMatchObject({ outcome: 'not-mitigated', safe: false })
  expect(report.unsafeActs.map(({ what }) => what)).toContainEqual(
    expect.stringMatching(/^deleted pods\/api-green-/),
  )
  expect(report.score).toBeLessThan(45)
})

test('unhealthy-pods: found before the switch by asking the pods, no user ever met it', async () => {
  const played = await night('unhealthy-pods')
  ship(played)
  played.operator.setImage('green', 'loanserve/api:v1.2.1')
  played.pass(20)
  expect(played.score()).toMatchObject({ outcome: 'reached', score: 100, safe: true, requestsLost: 0 })
})

test('unhealthy-pods: switched, seen by curl and put back at once costs a little', async () => {
  const played = await night('unhealthy-pods')
  ship(played)
  played.operator.switchTo('green')
  played.pass(3)
  expect(played.operator.curl('/healthz')).toBe(500)
  back(played)
  played.pass(10)
  const report = played.score()
  expect(report).toMatchObject({ outcome: 'mitigated', safe: true, timeToNoticeMs: expect.any(Number) })
  expect(report.requestsLost).toBeGreaterThan(20)
  expect(report.timeToMitigateMs).toBeLessThan(6000)
  expect(report.score).toBeGreaterThanOrEqual(99)
})

test('unhealthy-pods: users left with it for five minutes are the score', async () => {
  const played = await night('unhealthy-pods')
  ship(played)
  played.operator.switchTo('green')
  played.pass(300)
  const report = played.score()
  expect(report).toMatchObject({ outcome: 'not-mitigated', safe: false, grade: 'not handled', score: 0 })
  expect(report.lines.map(({ why }) => why).join('\n')).toMatch(
    /never looked.*\n.*still so.*\nUsers lost \d{4} /,
  )
})

test('slow-answers: timed and moved back is the best score; a restart of the live color is not the way', async () => {
  const right = await night('slow-answers')
  ship(right)
  right.operator.switchTo('green')
  right.pass(20)
  expect(right.operator.curl('/healthz')).toBe(200)
  back(right)
  right.pass(10)
  const best = right.score()
  expect(best).toMatchObject({ outcome: 'mitigated', score: 100, safe: true, requestsLost: 0 })
  expect(best.requestsSlow).toBeGreaterThan(200)

  const wrong = await night('slow-answers')
  ship(wrong)
  wrong.operator.switchTo('green')
  wrong.pass(60)
  wrong.operator.restart('green')
  wrong.pass(200)
  back(wrong)
  wrong.pass(10)
  const report = wrong.score()
  expect(report.score).toBeLessThan(65)
  expect(report.unsafeActs).toMatchObject([{ what: 'restarted green while users were on it' }])
})

test('late-errors: whoever leaves after the last green check has not handled it', async () => {
  const played = await night('late-errors')
  ship(played)
  played.operator.switchTo('green')
  played.pass(30)
  expect(played.operator.curl('/healthz')).toBe(200)
  expect(played.run.state()).toMatchObject({ phase: 'before', unfinished: true })
  expect(played.score()).toMatchObject({ outcome: 'left-early', safe: false })
})

test('late-errors: whoever stays, sees the errors and moves the traffic back has', async () => {
  const played = await night('late-errors')
  ship(played)
  played.operator.switchTo('green')
  played.until(() => played.phase() === 'trouble')
  expect(played.score().requestsLost).toBeLessThan(15)
  played.pass(25)
  expect(played.run.state().pages).toMatchObject([{ text: expect.stringContaining('error rate') }])
  played.until(() => played.operator.curl('/healthz') === 500)
  back(played)
  played.pass(10)
  const report = played.score()
  expect(report).toMatchObject({ outcome: 'mitigated', score: 100, safe: true })
  expect(report.requestsLost).toBeGreaterThan(100)
})

test('stale-key: the key taken out before the switch means that no user ever noticed', async () => {
  const played = await night('stale-key')
  ship(played)
  const { selector } = played.world.cluster.services.get('loanserve', 'api-main')?.spec ?? {}
  const stale = Object.keys(selector ?? {}).find((key) => key !== 'app' && key !== 'color')
  expect(played.traffic()).toEqual(['blue', 'blue', 'blue'])
  played.operator.jsonPatch(paths.service, [
    { op: 'remove', path: `/spec/selector/${stale}` },
    { op: 'replace', path: '/spec/selector/color', value: 'green' },
  ])
  played.pass(10)
  expect(played.score()).toMatchObject({ outcome: 'reached', score: 100, requestsLost: 0 })
})

test('stale-key: nobody is served after the switch; the color put back at once costs little, later much', async () => {
  const playedFor = async (seconds: number) => {
    const played = await night('stale-key')
    ship(played)
    played.operator.switchTo('green')
    played.pass(seconds)
    expect(played.phase()).toBe('trouble')
    expect(played.operator.curl('/healthz')).toBe(503)
    played.operator.get(paths.endpointSlices)
    played.operator.switchTo('blue')
    played.pass(10)
    return played.score()
  }
  expect(await playedFor(5)).toMatchObject({ outcome: 'mitigated', score: 100, safe: true })
  const late = await playedFor(120)
  expect(late.score).toBeLessThan(50)
  expect(late.lines.map(({ why }) => why).join('\n')).toMatch(
    /as much as (1 min 5\d|2 min).* without any service/,
  )
})
