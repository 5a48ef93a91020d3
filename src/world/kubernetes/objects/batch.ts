/** Jobs and what makes them on a schedule (batch/v1). */
import type { Condition, KubeObject, LabelSelector, ObjectReference, PodTemplateSpec } from '../objects.ts'

export interface JobSpec {
  readonly parallelism: number
  /** How many pods have to succeed; undefined where one that does lets the others end. */
  readonly completions?: number
  readonly backoffLimit: number
  readonly activeDeadlineSeconds?: number
  readonly ttlSecondsAfterFinished?: number
  readonly suspend: boolean
  readonly manualSelector?: boolean
  readonly selector: LabelSelector
  readonly template: PodTemplateSpec
}

export interface Job extends KubeObject {
  readonly spec: JobSpec
  readonly status: {
    readonly active?: number
    readonly ready?: number
    readonly terminating?: number
    readonly succeeded?: number
    readonly failed?: number
    readonly startTime?: string
    readonly completionTime?: string
    readonly uncountedTerminatedPods?: Readonly<Record<string, unknown>>
    readonly conditions?: readonly Condition[]
  }
}

export interface CronJob extends KubeObject {
  readonly spec: {
    /** Five fields, in UTC unless timeZone says otherwise. */
    readonly schedule: string
    readonly timeZone?: string
    readonly startingDeadlineSeconds?: number
    readonly concurrencyPolicy: string
    readonly suspend: boolean
    readonly successfulJobsHistoryLimit: number
    readonly failedJobsHistoryLimit: number
    readonly jobTemplate: {
      readonly metadata?: {
        readonly labels?: Readonly<Record<string, string>>
        readonly annotations?: Readonly<Record<string, string>>
      }
      readonly spec: JobSpec
    }
  }
  readonly status: {
    readonly active?: readonly ObjectReference[]
    readonly lastScheduleTime?: string
    readonly lastSuccessfulTime?: string
  }
}
