/** The selector by which a workload knows its pods: fixed for good, and met by the template's own labels. */
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { LabelSelector, PodTemplateSpec } from '../objects.ts'
import { selects } from '../selectors.ts'
import type { StatusCause } from '../status.ts'
import { invalidValue, required } from '../validation.ts'

export const selectorSchema = z
  .looseObject({
    matchLabels: z.record(z.string(), z.string()).exactOptional(),
    matchExpressions: z
      .array(
        z.looseObject({
          key: z.string().default(''),
          operator: z.string().default(''),
          values: z.array(z.string()).exactOptional(),
        }),
      )
      .exactOptional(),
  })
  .default({})

/** What is wrong with a workload's selector; `previous` is the selector that it had before. */
export function validateSelector(
  selector: LabelSelector,
  template: PodTemplateSpec,
  previous: LabelSelector | undefined,
): readonly StatusCause[] {
  const empty =
    Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0
  const given = template.metadata?.labels ?? {}
  const labels = Object.fromEntries(Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1)))
  return [
    ...(empty ? [required('spec.selector')] : []),
    ...(!empty && selects(selector, labels)
      ? []
      : [
          invalidValue(
            'spec.template.metadata.labels',
            labels,
            '`selector` does not match template `labels`',
          ),
        ]),
    ...(previous === undefined || isDeepStrictEqual(previous, selector)
      ? []
      : [invalidValue('spec.selector', selector, 'field is immutable')]),
  ]
}
