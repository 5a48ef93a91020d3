/** The services outside of the cluster that LoanServe asks. They aren't there: their answers are made up here. */
import type { ExternalService, Faults } from '../faults.ts'

interface ExternalAnswer {
  readonly ok: boolean
  /** How long it took, or until the application gave up. */
  readonly ms: number
}

export interface ExternalServices {
  /** Asks for work; waits this long at the most. */
  readonly ask: (service: ExternalService, patienceMs: number) => ExternalAnswer
  /** 300 to 850 points, always the same for one borrower. */
  readonly creditScore: (borrower: string) => number
}

/** How long an answer takes in good times: from, to, in milliseconds. */
const latencies: Readonly<Record<ExternalService, readonly [number, number]>> = {
  'credit-bureau': [20, 60],
  payments: [10, 40],
}

/** `random` gives numbers in [0, 1). Who is down answers nothing. */
export function createExternalServices(faults: Faults, random: () => number): ExternalServices {
  return {
    ask(service, patienceMs) {
      if (faults.now().servicesDown.includes(service)) return { ok: false, ms: patienceMs }
      const [from, to] = latencies[service]
      return { ok: true, ms: Math.round((from + random() * (to - from)) * 10) / 10 }
    },
    creditScore(borrower) {
      let mixed = 0
      for (const character of borrower) mixed = Math.imul(mixed ^ (character.codePointAt(0) ?? 0), 0x01000193)
      return 300 + ((mixed >>> 0) % 551)
    },
  }
}
