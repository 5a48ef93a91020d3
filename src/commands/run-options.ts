/** The options that `run`, `resume` and `practice` share, parsed once from what commander gives. */
import { z } from 'zod'
import type { Flags } from '../run/policy.ts'

export const runOptions = z.object({
  param: z.record(z.string(), z.string()).default({}),
  context: z.string().optional(),
  namespace: z.string().optional(),
  dryRun: z.boolean().default(false),
  /** A practice world of its own, or the id of a scenario in one. */
  practice: z.union([z.boolean(), z.string()]).default(false),
  speed: z.number().default(1),
  seed: z.number().optional(),
  yes: z.boolean().default(false),
  attest: z.boolean().default(false),
  confirm: z.array(z.string()).default([]),
  onFailure: z.enum(['ask', 'stop', 'rollback']).default('ask'),
  plain: z.boolean().default(false),
  output: z.enum(['json']).optional(),
  /** The operator has said already that it begins: by going over from another runbook. */
  begins: z.boolean().default(false),
})

export type RunOptions = z.infer<typeof runOptions>

/** What the autopilot may press. */
export function flagsOf({ yes, attest, confirm, onFailure }: RunOptions): Flags {
  return { yes, attest, confirm, onFailure }
}
