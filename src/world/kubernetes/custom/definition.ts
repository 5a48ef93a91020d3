/** Definitions of custom resources, as far as anything here reads them. */
import { z } from 'zod'
import { head } from '../kind.ts'
import type { KubeObject } from '../objects.ts'
import { asJsonObject } from '../record.ts'
import { type JsonSchema, jsonSchema } from './json-schema.ts'

export interface DefinitionNames {
  readonly plural: string
  readonly singular?: string
  readonly kind: string
  readonly listKind?: string
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
}

export interface PrinterColumn {
  readonly name: string
  readonly type: string
  readonly format?: string
  readonly description?: string
  readonly priority?: number
  readonly jsonPath: string
}

export interface DefinitionVersion {
  readonly name: string
  readonly served: boolean
  readonly storage: boolean
  readonly deprecated?: boolean
  readonly deprecationWarning?: string
  readonly schema?: { readonly openAPIV3Schema?: JsonSchema }
  readonly subresources?: {
    readonly status?: Readonly<Record<string, unknown>>
    readonly scale?: {
      readonly specReplicasPath: string
      readonly statusReplicasPath: string
      readonly labelSelectorPath?: string
    }
  }
  readonly additionalPrinterColumns?: readonly PrinterColumn[]
  readonly selectableFields?: readonly { readonly jsonPath: string }[]
}

export interface DefinitionCondition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
}

export interface Definition extends KubeObject {
  readonly spec: {
    readonly group: string
    readonly scope: string
    readonly names: DefinitionNames
    readonly versions: readonly DefinitionVersion[]
    readonly preserveUnknownFields?: boolean
    readonly conversion?: { readonly strategy: string }
  }
  readonly status: {
    readonly conditions: readonly DefinitionCondition[]
    readonly acceptedNames: DefinitionNames
    readonly storedVersions: readonly string[]
  }
}

const text = z.string().exactOptional()
const texts = z.array(z.string()).exactOptional()

const namesSchema = z.looseObject({
  plural: z.string().default(''),
  singular: text,
  kind: z.string().default(''),
  listKind: text,
  shortNames: texts,
  categories: texts,
})

/** The names with those that follow from the kind. */
const fullNames = namesSchema.transform((names) => ({
  ...names,
  singular: names.singular || names.kind.toLowerCase(),
  listKind: names.listKind || (names.kind === '' ? '' : `${names.kind}List`),
}))

const versionSchema = z.looseObject({
  name: z.string().default(''),
  served: z.boolean().default(false),
  storage: z.boolean().default(false),
  deprecated: z.boolean().exactOptional(),
  deprecationWarning: text,
  schema: z.looseObject({ openAPIV3Schema: jsonSchema.exactOptional() }).exactOptional(),
  subresources: z
    .looseObject({
      status: z.record(z.string(), z.unknown()).exactOptional(),
      scale: z
        .looseObject({
          specReplicasPath: z.string().default(''),
          statusReplicasPath: z.string().default(''),
          labelSelectorPath: text,
        })
        .exactOptional(),
    })
    .exactOptional(),
  additionalPrinterColumns: z
    .array(
      z.looseObject({
        name: z.string().default(''),
        type: z.string().default(''),
        format: text,
        description: text,
        priority: z.number().exactOptional(),
        jsonPath: z.string().default(''),
      }),
    )
    .exactOptional(),
  selectableFields: z.array(z.looseObject({ jsonPath: z.string().default('') })).exactOptional(),
})

/** Reads a definition, and fills in what isn't given. */
export const definitionSchema: z.ZodType<Definition> = z.looseObject({
  ...head,
  spec: z
    .looseObject({
      group: z.string().default(''),
      scope: z.string().default(''),
      names: fullNames.prefault({}),
      versions: z.array(versionSchema).default([]),
      preserveUnknownFields: z.boolean().exactOptional(),
      conversion: z.looseObject({ strategy: z.string().default('None') }).prefault({}),
    })
    .prefault({}),
  status: z
    .looseObject({
      conditions: z
        .array(
          z.looseObject({
            type: z.string().default(''),
            status: z.string().default(''),
            reason: text,
            message: text,
            lastTransitionTime: text,
          }),
        )
        .default([]),
      acceptedNames: namesSchema.prefault({}),
      storedVersions: z.array(z.string()).default([]),
    })
    .prefault({}),
})

/** The schema of a version; one that keeps everything where none is given. */
export function schemaOf(version: DefinitionVersion): JsonSchema {
  return version.schema?.openAPIV3Schema ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
}

/** Whether a condition of the definition is true. */
export function isTrue({ status }: Definition, type: string): boolean {
  return status.conditions.some((condition) => condition.type === type && condition.status === 'True')
}

/** A custom object: of its inside nothing is known but what its schema says. */
export type CustomObject = KubeObject

/** What a custom object holds besides its head. */
export function contentOf(object: CustomObject): Readonly<Record<string, unknown>> {
  const { apiVersion: _version, kind: _kind, metadata: _metadata, ...content } = asJsonObject(object)
  return content
}
