/** Every practice scenario, in the order in which they are best learned. */
import { crashLoop } from './crash-loop.ts'
import { droppedData } from './dropped-data.ts'
import { externalDown } from './external-down.ts'
import { happy } from './happy.ts'
import { imagePull } from './image-pull.ts'
import { lateErrors } from './late-errors.ts'
import { lieMetrics } from './lie-metrics.ts'
import { lieWatch } from './lie-watch.ts'
import { lieWrite } from './lie-write.ts'
import { lockWait } from './lock-wait.ts'
import { poolDry } from './pool-dry.ts'
import type { Scenario } from './scenario.ts'
import { slowAnswers } from './slow-answers.ts'
import { staleKey } from './stale-key.ts'
import { unhealthyPods } from './unhealthy-pods.ts'

export const scenarios: readonly Scenario[] = [
  happy,
  crashLoop,
  imagePull,
  unhealthyPods,
  slowAnswers,
  lateErrors,
  staleKey,
  poolDry,
  lockWait,
  droppedData,
  externalDown,
  lieWrite,
  lieMetrics,
  lieWatch,
]

/** The scenario of that id. */
export function findScenario(id: string): Scenario | undefined {
  return scenarios.find((scenario) => scenario.id === id)
}
