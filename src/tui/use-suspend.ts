/** ctrl-z and SIGTSTP: the shell gets its terminal back as it was, and all is drawn anew when the program goes on. */
import { useApp } from 'ink'
import { useCallback, useEffect, useRef } from 'react'

/** Everything of the job, so that what has started us stops as well: the meaning of pid 0 in kill(2). */
const wholeGroup = 0

/** Gives what ctrl-z does. SIGTSTP does the same for this process alone as long as the screen is open. */
export function useSuspend(): () => void {
  const { suspendTerminal } = useApp()
  const stopping = useRef(false)
  const stop = useCallback(
    async (pid: number, hear: () => void) => {
      if (stopping.current) return
      stopping.current = true
      try {
        await suspendTerminal(async () => {
          process.off('SIGTSTP', hear)
          process.kill(pid, 'SIGTSTP')
          // The system stops us now, and here we go on. Where no shell could wake us it ignores the signal.
          await new Promise((resolve) => setTimeout(resolve, 20))
          process.on('SIGTSTP', hear)
        })
      } finally {
        stopping.current = false
      }
    },
    [suspendTerminal],
  )
  const hear = useRef<() => void>(() => {})
  useEffect(() => {
    const heard = () => void stop(process.pid, heard)
    hear.current = heard
    process.on('SIGTSTP', heard)
    return () => {
      process.off('SIGTSTP', heard)
    }
  }, [stop])
  return useCallback(() => void stop(wholeGroup, hear.current), [stop])
}
