/** Prints every figure that the README quotes, each as a ratio measured in this run. */
import { appendRecord } from './append-record.ts'
import { blockOutput } from './block-output.ts'
import { figureLines } from './figures.ts'
import { firstFrame } from './first-frame.ts'
import { crowd, worldReady } from './practice-world.ts'

for (const measure of [firstFrame, appendRecord, blockOutput, worldReady, crowd]) {
  process.stdout.write(`${figureLines(await measure())}\n`)
}
