/** The run screen over a crowd of pods that changes all the time: `npm run test:long`, on a machine with nothing else to do. */
import { expect, test } from 'vitest'
import { AIMS, type Load, measureCrowdedScreen } from '../../bench/crowded-screen.ts'
import { isLong } from '../long.ts'

test.runIf(isLong)(
  'with 10,000 pods, 1,000 changes a second and a block that prints 100,000 lines a second keys are answered at once',
  { timeout: 240_000 },
  async () => {
    const { watching, printing, kubectl } = await measureCrowdedScreen(60)
    const figures = JSON.stringify({ watching, printing, kubectl }, undefined, 2)
    const within = (load: Load) =>
      Object.entries(AIMS).every(([figure, aim]) => Number(Reflect.get(load, figure)) < aim)
    expect(within(watching), figures).toBe(true)
    expect(within(printing), figures).toBe(true)
  },
)
