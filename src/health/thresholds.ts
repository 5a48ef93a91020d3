/** From where on a figure is bad. */

export interface Thresholds {
  /** The slowest answer that is still good, in milliseconds. */
  readonly responseMs: number
  /** The slowest good answer of a service behind the application, in milliseconds. */
  readonly externalMs: number
  /** The share of requests that may fail, in percent. */
  readonly errorPercent: number
  /** The share of its limit of CPU or memory that a container may use, in percent. */
  readonly usagePercent: number
}

/** 2 s is the guide's own; LoanServe's health page gives a service outside 500 ms, so that 400 is nearly too late. */
export const defaultThresholds: Thresholds = {
  responseMs: 2000,
  externalMs: 400,
  errorPercent: 1,
  usagePercent: 90,
}

/** How long anything may take to answer, in milliseconds: a server that hangs is as bad as one that is down. */
export const answerWithinMs = 5000

/** How far back the logs are read. */
export const defaultSince = '2m'

/** How many lines of each pod's log are read at the most. */
export const logTail = 1000
