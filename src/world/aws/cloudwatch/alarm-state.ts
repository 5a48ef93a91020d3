/** What is remembered of the alarms: their state, and how it came about. */
import { z } from 'zod'

const alarmStateSchema = z
  .object({
    name: z.string(),
    value: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
    reason: z.string(),
    /** JSON, as StateReasonData. */
    reasonData: z.string(),
    /** When the value or the reason last changed, in milliseconds since 1970. */
    updatedAt: z.number(),
    /** When the value last changed. */
    transitionedAt: z.number(),
    actionsEnabled: z.boolean(),
    configuredAt: z.number(),
  })
  .readonly()

export type AlarmState = z.infer<typeof alarmStateSchema>

const alarmHistoryItemSchema = z
  .object({
    name: z.string(),
    at: z.number(),
    type: z.enum(['ConfigurationUpdate', 'StateUpdate', 'Action']),
    summary: z.string(),
    /** JSON. */
    data: z.string(),
  })
  .readonly()

export type AlarmHistoryItem = z.infer<typeof alarmHistoryItemSchema>

export const alarmsSchema = z
  .object({
    alarms: z.array(alarmStateSchema).readonly(),
    /** Oldest first. */
    history: z.array(alarmHistoryItemSchema).readonly(),
  })
  .readonly()

export type Alarms = z.infer<typeof alarmsSchema>
