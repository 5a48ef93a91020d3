/** What code costs, whatever else the machine is at: the processor time that its thread has spent on it. */

/** Milliseconds of processor time. */
export function cpuTime(work: () => void): number {
  const before = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}
