/** OpenAPI v3 schemas as custom resource definitions hold them, as far as anything here reads them. */
import { z } from 'zod'

export interface JsonSchema {
  readonly type?: string
  readonly format?: string
  readonly description?: string
  readonly nullable?: boolean
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: boolean
  readonly exclusiveMaximum?: boolean
  readonly multipleOf?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly uniqueItems?: boolean
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema | boolean
  readonly items?: JsonSchema
  readonly allOf?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly not?: JsonSchema
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-embedded-resource'?: boolean
  readonly 'x-kubernetes-int-or-string'?: boolean
  readonly 'x-kubernetes-list-type'?: string
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
  readonly 'x-kubernetes-map-type'?: string
}

const text = z.string().exactOptional()
const number = z.number().exactOptional()
const flag = z.boolean().exactOptional()

/** Reads a schema; keys that nothing here reads are kept. */
export const jsonSchema: z.ZodType<JsonSchema> = z.lazy(() =>
  z.looseObject({
    type: text,
    format: text,
    description: text,
    nullable: flag,
    default: z.unknown().exactOptional(),
    enum: z.array(z.unknown()).exactOptional(),
    pattern: text,
    minimum: number,
    maximum: number,
    exclusiveMinimum: flag,
    exclusiveMaximum: flag,
    multipleOf: number,
    minLength: number,
    maxLength: number,
    minItems: number,
    maxItems: number,
    minProperties: number,
    maxProperties: number,
    uniqueItems: flag,
    required: z.array(z.string()).exactOptional(),
    properties: z.record(z.string(), jsonSchema).exactOptional(),
    additionalProperties: z.union([z.boolean(), jsonSchema]).exactOptional(),
    items: jsonSchema.exactOptional(),
    allOf: z.array(jsonSchema).exactOptional(),
    anyOf: z.array(jsonSchema).exactOptional(),
    oneOf: z.array(jsonSchema).exactOptional(),
    not: jsonSchema.exactOptional(),
    'x-kubernetes-preserve-unknown-fields': flag,
    'x-kubernetes-embedded-resource': flag,
    'x-kubernetes-int-or-string': flag,
    'x-kubernetes-list-type': text,
    'x-kubernetes-list-map-keys': z.array(z.string()).exactOptional(),
    'x-kubernetes-map-type': text,
  }),
)

/** Whether the schema keeps what it doesn't name. */
export function preservesUnknown(schema: JsonSchema): boolean {
  return schema['x-kubernetes-preserve-unknown-fields'] === true
}
