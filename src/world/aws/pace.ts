/** How long things take in the practice account, in milliseconds of the world's clock. */

export interface Pace {
  readonly clusterCreating: number
  readonly instanceCreating: number
  readonly snapshotCreating: number
  readonly clusterDeleting: number
  readonly instanceDeleting: number
  readonly modifying: number
  readonly rebooting: number
  readonly failingOver: number
  /** How far LatestRestorableTime is behind now. */
  readonly restorableBehind: number
}

/**
 * The durations at a speed. At speed 1 a cluster takes 20 s and an instance 15 s, where a real account takes about
 * eight and six minutes: nobody practices waiting. What can be restored is five minutes behind, as in reality,
 * since that is what a restore must be planned around.
 */
export function paceAt(speed: number): Pace {
  const seconds = (count: number) => (count * 1000) / speed
  return {
    clusterCreating: seconds(20),
    instanceCreating: seconds(15),
    snapshotCreating: seconds(10),
    clusterDeleting: seconds(8),
    instanceDeleting: seconds(8),
    modifying: seconds(6),
    rebooting: seconds(6),
    failingOver: seconds(6),
    restorableBehind: seconds(300),
  }
}
