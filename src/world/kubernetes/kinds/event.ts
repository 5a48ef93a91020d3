/** Events: what controllers and kubelets say about objects, as `kubectl describe` lists it. */
import { z } from 'zod'
import { head, type Kind } from '../kind.ts'
import type { Event } from '../objects.ts'
import { since } from '../table.ts'
import { invalidValue } from '../validation.ts'
import { referenceSchema } from './endpoints.ts'

const text = z.string().exactOptional()

export const events: Kind<Event> = {
  group: '',
  version: 'v1',
  kind: 'Event',
  resource: 'events',
  singular: 'event',
  shortNames: ['ev'],
  namespaced: true,
  model: 'CoreV1Event',
  schema: z.looseObject({
    ...head,
    involvedObject: referenceSchema.default({}),
    reason: text,
    message: text,
    source: z.looseObject({ component: text, host: text }).default({}),
    firstTimestamp: text,
    lastTimestamp: text,
    count: z.number().exactOptional(),
    type: text,
    reportingComponent: z.string().default(''),
    reportingInstance: z.string().default(''),
  }),
  validate: ({ metadata, involvedObject }) =>
    (involvedObject.namespace ?? 'default') === metadata.namespace
      ? []
      : [
          invalidValue(
            'involvedObject.namespace',
            involvedObject.namespace,
            'does not match event.namespace',
          ),
        ],
  columns: [
    {
      name: 'Last Seen',
      type: 'string',
      cell: (event, now) =>
        since(event.lastTimestamp ?? event.firstTimestamp ?? event.metadata.creationTimestamp, now),
    },
    { name: 'Type', type: 'string', cell: ({ type }) => type ?? '' },
    { name: 'Reason', type: 'string', cell: ({ reason }) => reason ?? '' },
    {
      name: 'Object',
      type: 'string',
      cell: ({ involvedObject }) =>
        `${(involvedObject.kind ?? '').toLowerCase()}/${involvedObject.name ?? ''}`,
    },
    {
      name: 'Subobject',
      type: 'string',
      wide: true,
      cell: ({ involvedObject }) => involvedObject.fieldPath ?? '',
    },
    {
      name: 'Source',
      type: 'string',
      wide: true,
      cell: ({ source, reportingComponent }) =>
        [source?.component ?? reportingComponent ?? '', source?.host ?? '']
          .filter((each) => each !== '')
          .join(', '),
    },
    { name: 'Message', type: 'string', cell: ({ message }) => (message ?? '').trim() },
    {
      name: 'First Seen',
      type: 'string',
      wide: true,
      cell: (event, now) => since(event.firstTimestamp ?? event.metadata.creationTimestamp, now),
    },
    { name: 'Count', type: 'integer', wide: true, cell: ({ count }) => count ?? 1 },
    { name: 'Name', type: 'string', wide: true, cell: ({ metadata }) => metadata.name },
  ],
  nameColumn: false,
  selectable: (event) => ({
    'involvedObject.kind': event.involvedObject.kind ?? '',
    'involvedObject.namespace': event.involvedObject.namespace ?? '',
    'involvedObject.name': event.involvedObject.name ?? '',
    'involvedObject.uid': event.involvedObject.uid ?? '',
    'involvedObject.apiVersion': event.involvedObject.apiVersion ?? '',
    'involvedObject.resourceVersion': event.involvedObject.resourceVersion ?? '',
    'involvedObject.fieldPath': event.involvedObject.fieldPath ?? '',
    reason: event.reason ?? '',
    reportingComponent: event.reportingComponent ?? '',
    source: event.source?.component ?? event.reportingComponent ?? '',
    type: event.type ?? '',
  }),
}
