/** What `metadata.managedFields` holds: who owns which fields of an object. */
import type { FieldSet } from './field-set.ts'

export interface ManagedFieldsEntry {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  /** The version of the API that the fields are written in. */
  readonly apiVersion: string
  /** When the manager last changed something; one that has applied what was there already has none. */
  readonly time?: string
  readonly fieldsType: 'FieldsV1'
  readonly fieldsV1: FieldSet
  /** The part of the API that it wrote through: `status`, `scale`. */
  readonly subresource?: string
}
