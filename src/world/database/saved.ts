/** What a saved world keeps of its databases, beside the files of each. */
import { z } from 'zod'

export const savedSchema = z.object({
  version: z.literal(1),
  primaryId: z.string(),
  passwords: z.object({ admin: z.string(), app: z.string() }),
  /** What the book is made from. */
  book: z.object({ seed: z.number(), now: z.number() }),
  /** Taken in while the primary had never been woken; undefined once it had. */
  asleep: z
    .array(z.object({ loanId: z.string(), amountCents: z.number(), createdAt: z.number() }))
    .exactOptional(),
  /** When the primary was made, by the world's clock. */
  madeAt: z.number().exactOptional(),
  moments: z.array(z.object({ world: z.number(), machine: z.number() })),
  databases: z.array(z.object({ id: z.string(), port: z.number(), open: z.boolean() })),
})

export type Saved = z.infer<typeof savedSchema>

/** The file that holds it. */
export const savedFile = 'databases.json'
