/** The home screen as Ink draws it. */
import { afterEach, expect, test } from 'vitest'
import type { ClusterStatus } from '../../src/cluster/status.ts'
import { HomeApp, type HomeContent } from '../../src/tui/home-app.tsx'
import type { HomeChoice } from '../../src/tui/home-keys.ts'
import type { Vitals } from '../../src/vitals/vitals.ts'
import { same, settled, utf8 } from './frames.ts'
import { items } from './home-items.ts'
import { openScreen, type TestScreen } from './screen.tsx'
import { began } from './staged-run.ts'

let screen: TestScreen | undefined
afterEach(() => screen?.close())

const production = { kind: 'found', mode: 'live', context: 'production', namespace: 'loanserve' } as const

/** A value that a test lets grow. */
function growing<T>(first: T) {
  let value = first
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    grow: (next: T) => {
      value = next
      for (const listener of listeners) listener()
    },
  }
}

async function open(first: HomeContent = { items, where: production }) {
  const content = growing(first)
  const status = growing<ClusterStatus | undefined>(undefined)
  const vitals = growing<Vitals | undefined>(undefined)
  const chosen: (HomeChoice | undefined)[] = []
  const known = { content, status, vitals, mask: same, now: () => began, theme: utf8 }
  screen = await openScreen(<HomeApp {...known} onChosen={(choice) => chosen.push(choice)} />, 80, 24)
  return { ...screen, chosen, grow: content.grow, hear: status.grow }
}

test('arrows and j and k choose, Enter opens', async () => {
  const { press, see, chosen } = await open()
  await press('down', 'j', 'k', 'j')
  await see('› deploy ')
  await press('enter')
  expect(chosen).toEqual([{ kind: 'runbook', name: 'deploy' }])
})

test('e opens the runbook that others name as their way out, from wherever one stands', async () => {
  const { press, see, chosen } = await open()
  await see('e  rollback')
  await press('down', 'down', 'e')
  expect(chosen).toEqual([{ kind: 'runbook', name: 'rollback' }])
})

test('what a filter opens is what was typed, not something that holds its letters', async () => {
  const { press, type, see, seeNot, chosen } = await open()
  await press('/')
  await type('depl')
  await see('› deploy ')
  await seeNot('rollback')
  await press('enter')
  expect(chosen).toEqual([{ kind: 'runbook', name: 'deploy' }])
})

test('a filter that came in one read with its Enter opens the same', async () => {
  const { press, chosen } = await open()
  await press('/', 'pods\r')
  expect(chosen).toEqual([{ kind: 'runbook', name: 'pods-wont-start' }])
})

test('a filter finds a title by its letters and a summary as it is written', async () => {
  const { press, type, see, seeNot } = await open()
  await press('/')
  await type('rdb')
  await see('› restore-database')
  await seeNot('rollback')
  await press('ctrl-u')
  await type('aurora')
  await see('› restore-database')
  await press('escape')
  await see('rollback')
})

test('Enter opens nothing where nothing fits', async () => {
  const { press, type, see, chosen } = await open()
  await press('/')
  await type('zzz')
  await see('nothing fits')
  await press('enter')
  expect(chosen).toEqual([])
})

test('q and ctrl-c leave, ctrl with another letter does not', async () => {
  const { press, chosen } = await open()
  await press('ctrl-b')
  expect(chosen).toEqual([])
  await press('q', 'ctrl-c')
  expect(chosen).toEqual([undefined, undefined])
})

test('what becomes known later appears without a key', async () => {
  const { see, grow } = await open({ items: items.slice(0, 1), where: { kind: 'looking' } })
  grow({ items, where: production })
  await see('◆ LIVE  production / loanserve')
  await see('deploy')
})

test('blue and green stand above the list as soon as they are known, and beside it where there is room', async () => {
  const { see, seeNot, hear, resize } = await open()
  await seeNot('BLUE')
  hear(settled)
  await see('■ BLUE live   3/3 ready  loanserve/api:v1.2.2')
  await see('◆ GREEN idle')
  await resize(120, 40)
  await see('3 endpoints get traffic')
})

test('? tells the keys, and esc closes that alone', async () => {
  const { press, see, seeNot, chosen } = await open()
  await press('down', '?')
  await see('The keys that work now')
  await press('enter', 'j')
  expect(chosen).toEqual([])
  await press('escape')
  await seeNot('The keys that work now')
  await see('› restore-database')
})
