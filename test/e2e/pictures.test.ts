/** The pictures of the README show what the program shows now: the runs they were made from are played again. */
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { pictureText } from '../../docs/pictures/picture-text.ts'
import { beforeTheRun, crash, deployment, plays, type Shoot, type Shot } from '../../docs/pictures/plays.ts'
import { isLong } from '../long.ts'
import { steady, withoutOutput } from './steady.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = `${root}/docs/pictures`
const advice = 'This picture is of another day: run `npm run pictures`, look at it, and commit it.'

/** Holds the committed picture against the screen, which may take a moment to come to rest. */
const compare: Shoot = async (shot, terminal) => {
  const drawn = comparable(pictureText(await readFile(`${folder}/${shot.name}.svg`, 'utf8')), shot)
  const shown = () => comparable(terminal.screen(), shot)
  await expect
    .poll(shown, { timeout: 10_000, message: `docs/pictures/${shot.name}.svg: ${advice}` })
    .toBe(drawn)
}

function comparable(rows: readonly string[], { outputVaries }: Shot): string {
  return steady(outputVaries ? withoutOutput(rows) : rows)
    .join('\n')
    .trimEnd()
}

test('the pictures of home and of the plan are what the program shows now', () => beforeTheRun.act(compare))

test.runIf(isLong).each([deployment, crash])(
  'the pictures of $title are what the program shows now',
  { timeout: 240_000 },
  ({ act }) => act(compare),
)

test('each picture is in the README with words for who cannot see it, and each has a play', async () => {
  const readme = await readFile(`${root}/README.md`, 'utf8')
  const shown = Array.from(readme.matchAll(/docs\/pictures\/([a-z]+)\.svg/g), ([, name]) => name)
  const words = Array.from(
    readme.matchAll(/!\[([^\]]*)\]\(|<img [^>]*alt="([^"]*)"/g),
    ([, text, alt]) => text ?? alt,
  )
  expect(words.filter((text = '') => text.length < 40)).toEqual([])
  const files = (await readdir(folder)).filter((name) => name.endsWith('.svg'))
  expect(shown.toSorted()).toEqual(files.map((name) => name.replace('.svg', '')).toSorted())
  expect(plays.flatMap(({ shows }) => shows).toSorted(), advice).toEqual(shown.toSorted())
})
