/** What the process answers its caller with; the list is the command line's contract. */
import type { RunState } from '../../machines/state.ts'

export const exitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  rolledBack: 3,
  refused: 4,
  unknown: 5,
  recordBroken: 6,
  rollbackFailed: 7,
  interrupted: 130,
} as const

/** The exit code for a run that the process now leaves, ended or not. */
export function exitCodeOf(state: RunState): number {
  const { stage } = state
  switch (stage.stage) {
    case 'ended':
      return {
        done: exitCode.done,
        'rolled-back': exitCode.rolledBack,
        stopped: exitCode.failed,
        'rollback-failed': exitCode.rollbackFailed,
      }[stage.ending]
    case 'preparing':
      return exitCode.failed
    case 'rolling-back':
      return state.steps[stage.step]?.status === 'undo-unknown' ? exitCode.unknown : exitCode.rollbackFailed
    case 'walking': {
      const status = state.steps[stage.step]?.status
      if (status === 'unknown') return exitCode.unknown
      return status === 'blocked' ? exitCode.refused : exitCode.failed
    }
  }
}
