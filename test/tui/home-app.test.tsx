/** The home screen as Ink draws it. */
import { afterEach, expect, test } from 'vitest'
import { HomeApp, type HomeContent } from '../../src/tui/home-app.tsx'
import type { HomeChoice } from '../../src/tui/home-keys.ts'
import { utf8 } from './frames.ts'
import { items } from './home-items.ts'
import { openScreen, type TestScreen } from './screen.tsx'

let screen: TestScreen | undefined
afterEach(() => screen?.close())

async function open(first: HomeContent = { items, where: 'cluster: production' }) {
  let value = first
  const listeners = new Set<() => void>()
  const chosen: (HomeChoice | undefined)[] = []
  const content = {
    get: () => value,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  screen = await openScreen(
    <HomeApp content={content} theme={utf8} onChosen={(choice) => chosen.push(choice)} />,
    80,
    24,
  )
  const grow = (next: HomeContent) => {
    value = next
    for (const listener of listeners) listener()
  }
  return { ...screen, chosen, grow }
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
  const { see, grow } = await open({ items: items.slice(0, 1), where: '' })
  grow({ items, where: 'cluster: production' })
  await see('cluster: production')
  await see('deploy')
})
