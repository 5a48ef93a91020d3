/** `npm run pictures`: plays the runs anew and writes a picture of each screen beside this file. */
import { writeFile } from 'node:fs/promises'
import { steady } from '../../test/e2e/steady.ts'
import type { Terminal } from '../../test/e2e/terminal.ts'
import { plays, type Shot } from './plays.ts'
import { pictureSvg } from './svg.ts'

const LOOK_EVERY_MS = 150

/** Latencies of some time, so that their course is something to look at. */
const course = /[▁▂▃▄▅▆▇█]{7} \d+ ms|ms [▁▂▃▄▅▆▇█]{7}/

for (const play of plays) await play.act(draw)

async function draw(shot: Shot, terminal: Terminal): Promise<void> {
  await terminal.see(course)
  await untilStill(terminal)
  const { name, title, description, ground = 'dark' } = shot
  const svg = pictureSvg({ title, description, ground, rows: terminal.cells() })
  await writeFile(new URL(`./${name}.svg`, import.meta.url), svg)
  process.stdout.write(`docs/pictures/${name}.svg  ${(svg.length / 1024).toFixed(0)} kB\n`)
}

/** A frame may come in pieces: it is whole when the screen shows the same twice, but for what is measured. */
async function untilStill(terminal: Terminal): Promise<void> {
  let before: string | undefined
  for (let now = textOf(terminal); now !== before; now = textOf(terminal)) {
    before = now
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}

function textOf(terminal: Terminal): string {
  return steady(terminal.screen()).join('\n')
}
