/** A service outside of the cluster is down, and nothing here can mend it. */
import type { ExternalService } from '../faults.ts'
import { imageTag, isDone } from '../scoring/unsafe-acts.ts'
import { namespace } from '../seed.ts'
import type { Scenario, ScenarioWorld, UnsafeRule } from './scenario.ts'
import { isRefused, looksAt } from './shipping.ts'

/** Nothing that runs here is the cause, so that every change of it is a risk for nothing. */
const meddling: UnsafeRule = ({ act }, { inTrouble }) => {
  if (!inTrouble || !isDone(act)) return undefined
  const moved = act.resource === 'services'
  const reshipped = act.resource === 'deployments' && imageTag(act.before) !== imageTag(act.after)
  if (!moved && !reshipped) return undefined
  return {
    what: moved ? 'moved the traffic' : 'changed the image',
    why: 'both colors ask the same outside service: the change brings risk and can bring no cure',
    weight: 'careless',
  }
}

function hasBanner({ cluster }: ScenarioWorld): boolean {
  return (cluster.configMaps.get(namespace, 'app-config')?.data?.MAINTENANCE_BANNER ?? '').trim() !== ''
}

export const externalDown: Scenario = {
  id: 'external-down',
  title: 'An external service is down',
  teaches:
    'Find out whose trouble it is before you change anything: some incidents are only waited for, and told.',
  minutes: 6,
  goodHandling: [
    "Ask `curl $API_URL/healthz | jq .checks`: one check fails, and it isn't yours.",
    'Change nothing that runs: no rollback, no restart, no switch. Each could only add trouble.',
    'Tell the users: MAINTENANCE_BANNER in the ConfigMap app-config.',
    'Take the banner away when the check is well again.',
  ],
  stage(chance) {
    const down: ExternalService = chance.pick('credit-bureau', 'payments')
    const beginsMs = chance.between(15_000, 45_000)
    const lastsMs = chance.between(240_000, 360_000)
    let bannered = () => false
    return {
      briefing: [
        'It is 3 a.m. and quiet. You are on call for LoanServe; blue is live. When the pager rings, find out what is wrong and do what is right.',
        "The application is at $API_URL, the cluster is kubectl's present context.",
      ],
      params: {},
      begin(director) {
        const { faults } = director.world
        bannered = () => hasBanner(director.world)
        director.after(beginsMs, () => {
          faults.set({ servicesDown: [down] })
          director.trouble(`${down} answers no more`)
          director.page('ALERT loanserve: error rate of api above 5 %')
          director.after(lastsMs, () => {
            faults.set({ servicesDown: [] })
            director.tell(`${down} is back`)
          })
        })
      },
      tells: (act) =>
        isRefused(act) || (act.kind === 'http' && act.path === '/healthz') || looksAt(act, 'log'),
      cured: (_scene, faults) => faults.servicesDown.length === 0 || bannered(),
      lossesGoOn: true,
      unsafe: [meddling],
      limits: {
        noticeMs: { good: 60_000, bad: 240_000 },
        mitigateMs: { good: 180_000, bad: 420_000 },
        // What users lose here is not the operator's to save.
        outageSeconds: { good: 3600, bad: 7200 },
      },
      cause: `${down}, which LoanServe asks for every application, was down for a while. It is not yours to mend.`,
    }
  },
}
