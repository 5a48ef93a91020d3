/** What a command line gives a run: the environment, the operator's name, the clock, the version. */
import { hostname, userInfo } from 'node:os'
import { stateDirectory } from '../journal/store.ts'
import type { Around } from '../run/open-run.ts'

const version = '0.1.0'

/** Reads the process's surroundings once; `overlay` wins, e.g. the practice world's. */
export function aroundProcess(overlay: Readonly<Record<string, string>>, written: Around['written']): Around {
  const own = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  const environment: Record<string, string> = { ...Object.fromEntries(own), ...overlay }
  return {
    environment,
    inPracticeWorld: isPracticeWorld(environment),
    stateDirectory: stateDirectory(environment),
    operator: environment.HANDRAIL_OPERATOR ?? `${userInfo().username}@${hostname()}`,
    version,
    program: [process.execPath, process.argv[1] ?? ''],
    now: Date.now,
    random: Math.random,
    written,
  }
}

/** Inside `handrail world` the cluster is a practice one, unless somebody has pointed KUBECONFIG elsewhere since. */
function isPracticeWorld({
  HANDRAIL_WORLD: world,
  KUBECONFIG: kubeconfig,
}: Readonly<Record<string, string>>): boolean {
  return world !== undefined && world !== '' && world === kubeconfig
}
