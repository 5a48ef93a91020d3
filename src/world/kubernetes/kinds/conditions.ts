/** The conditions that statuses carry. */
import { z } from 'zod'

export const conditionsSchema = z
  .array(
    z.looseObject({
      type: z.string().default(''),
      status: z.string().default(''),
      reason: z.string().exactOptional(),
      message: z.string().exactOptional(),
      lastUpdateTime: z.string().exactOptional(),
      lastTransitionTime: z.string().exactOptional(),
    }),
  )
  .exactOptional()
