/** Prints every figure that the README quotes, each as a ratio measured in this run. */
import { appendRecord } from './append-record.ts'
import { blockOutput } from './block-output.ts'
import { crowdedScreenLines, measureCrowdedScreen } from './crowded-screen.ts'
import { figureLines } from './figures.ts'
import { firstFrame } from './first-frame.ts'
import { crowd, worldReady } from './practice-world.ts'

for (const measure of [firstFrame, appendRecord, blockOutput, worldReady, crowd]) {
  process.stdout.write(`${figureLines(await measure())}\n`)
}
process.stdout.write(`${crowdedScreenLines(await measureCrowdedScreen(60))}\n`)
