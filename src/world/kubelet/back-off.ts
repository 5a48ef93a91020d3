/** How long the kubelet waits before it tries again what failed. */

/** It retries after this, doubled each time up to the most (the container runtime's back-off), in milliseconds. */
const firstMs = 10_000
const mostMs = 300_000

/** The wait after so many earlier failures, in milliseconds. */
export function backOff(failures: number): number {
  return Math.min(mostMs, firstMs * 2 ** failures)
}

/** Go's way to write a duration of whole seconds: `10s`, `2m40s`. */
export function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}
