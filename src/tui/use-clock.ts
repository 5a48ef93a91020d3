/** The time for what shows how long something has lasted: it ticks once a second, and only while asked to. */
import { useEffect, useState } from 'react'

/** Milliseconds since 1970, as `now` gives them. */
export function useClock(now: () => number, ticks: boolean): number {
  const [time, setTime] = useState(now)
  useEffect(() => {
    if (!ticks) return
    const timer = setInterval(() => setTime(now()), 1000)
    return () => clearInterval(timer)
  }, [now, ticks])
  return time
}
