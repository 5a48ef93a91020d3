/** The head of custom objects; the rest of them is read by their own schema. */
import { z } from 'zod'
import { head } from '../kind.ts'
import type { CustomObject } from './definition.ts'

export const customObjectSchema: z.ZodType<CustomObject> = z.looseObject(head)
