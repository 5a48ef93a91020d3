/** Cron jobs: jobs on a schedule. */
import { z } from 'zod'
import { scheduleFault } from '../cron-schedule.ts'
import { head, type Kind } from '../kind.ts'
import type { CronJob } from '../objects/batch.ts'
import { ageColumn, since } from '../table.ts'
import { invalidValue, notNegative, required, unsupported } from '../validation.ts'
import { referenceSchema } from './endpoints.ts'
import { jobSpecSchema, validateJobSpec } from './job.ts'
import { containerImages, containerNames } from './pod-template.ts'

const text = z.string().exactOptional()
const stringMap = z.record(z.string(), z.string()).exactOptional()

export const cronJobs: Kind<CronJob> = {
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  resource: 'cronjobs',
  singular: 'cronjob',
  shortNames: ['cj'],
  categories: ['all'],
  namespaced: true,
  model: 'V1CronJob',
  schema: z.looseObject({
    ...head,
    spec: z
      .looseObject({
        schedule: z.string().default(''),
        timeZone: text,
        startingDeadlineSeconds: z.number().exactOptional(),
        concurrencyPolicy: z.string().default('Allow'),
        suspend: z.boolean().default(false),
        successfulJobsHistoryLimit: z.number().default(3),
        failedJobsHistoryLimit: z.number().default(1),
        jobTemplate: z
          .looseObject({
            metadata: z.looseObject({ labels: stringMap, annotations: stringMap }).exactOptional(),
            spec: jobSpecSchema,
          })
          .prefault({}),
      })
      .prefault({}),
    status: z
      .looseObject({
        active: z.array(referenceSchema).exactOptional(),
        lastScheduleTime: text,
        lastSuccessfulTime: text,
      })
      .default({}),
  }),
  desired: ({ spec }) => spec,
  validate: ({ metadata, spec }) => [
    ...(metadata.name.length > 52
      ? [invalidValue('metadata.name', metadata.name, 'must be no more than 52 characters')]
      : []),
    ...validateSchedule(spec.schedule),
    ...notNegative('spec.startingDeadlineSeconds', spec.startingDeadlineSeconds),
    ...(['Allow', 'Forbid', 'Replace'].includes(spec.concurrencyPolicy)
      ? []
      : [unsupported('spec.concurrencyPolicy', spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'])]),
    ...validateJobSpec('spec.jobTemplate.spec', spec.jobTemplate.spec),
  ],
  columns: [
    { name: 'Schedule', type: 'string', cell: ({ spec }) => spec.schedule },
    { name: 'Timezone', type: 'string', cell: ({ spec }) => spec.timeZone ?? '<none>' },
    { name: 'Suspend', type: 'boolean', cell: ({ spec }) => (spec.suspend ? 'True' : 'False') },
    { name: 'Active', type: 'integer', cell: ({ status }) => status.active?.length ?? 0 },
    {
      name: 'Last Schedule',
      type: 'string',
      cell: ({ status }, now) =>
        status.lastScheduleTime === undefined ? '<none>' : since(status.lastScheduleTime, now),
    },
    ageColumn,
    {
      name: 'Containers',
      type: 'string',
      wide: true,
      cell: ({ spec }) => containerNames(spec.jobTemplate.spec.template.spec),
    },
    {
      name: 'Images',
      type: 'string',
      wide: true,
      cell: ({ spec }) => containerImages(spec.jobTemplate.spec.template.spec),
    },
    { name: 'Selector', type: 'string', wide: true, cell: () => '<none>' },
  ],
  status: true,
}

function validateSchedule(schedule: string) {
  if (schedule === '') return [required('spec.schedule')]
  const fault = scheduleFault(schedule)
  return fault === undefined ? [] : [invalidValue('spec.schedule', schedule, fault)]
}
