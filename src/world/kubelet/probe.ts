/** What a probe of the kubelet finds, given how the application behaves and for how long it has run. */
import type { AppBehavior } from '../app/behavior.ts'
import type { Probe } from '../kubernetes/objects.ts'

/** A failed probe says why, in the kubelet's words. */
export type ProbeResult = { readonly ok: true } | { readonly ok: false; readonly message: string }

/** A probe with Kubernetes' defaults filled in; times in milliseconds. */
export interface ProbeSettings {
  readonly firstAfterMs: number
  readonly everyMs: number
  readonly timeoutMs: number
  readonly successes: number
  readonly failures: number
}

/** The first probe doesn't wait for a whole period: the kubelet starts it as soon as the container runs. */
const soonestMs = 500

/** The probe's numbers: a period of 10 s, a timeout of 1 s, 1 success and 3 failures unless it says otherwise. */
export function probeSettings(probe: Probe): ProbeSettings {
  return {
    firstAfterMs: Math.max(soonestMs, (probe.initialDelaySeconds ?? 0) * 1000),
    everyMs: (probe.periodSeconds ?? 10) * 1000,
    timeoutMs: (probe.timeoutSeconds ?? 1) * 1000,
    successes: probe.successThreshold ?? 1,
    failures: probe.failureThreshold ?? 3,
  }
}

/**
 * The result of one probe, `afterMs` after the container started. A `laggy` application (3 s for an answer) fails
 * a probe with the default timeout of 1 s, so its pods never become ready; with `timeoutSeconds: 4` they do, and
 * users wait. Only /healthz can answer 500; a TCP probe asks for nothing but an open port; commands succeed.
 */
export function probeResult(
  probe: Probe,
  behavior: AppBehavior,
  target: { readonly ip: string; readonly ports: Readonly<Record<string, number>> },
  afterMs: number,
): ProbeResult {
  if (probe.exec !== undefined) return { ok: true }
  const asked = probe.httpGet?.port ?? probe.tcpSocket?.port ?? 0
  const port = typeof asked === 'number' ? asked : (target.ports[asked] ?? 0)
  if (afterMs < behavior.listensAfterMs) {
    const refused = `dial tcp ${target.ip}:${port}: connect: connection refused`
    if (probe.httpGet === undefined) return { ok: false, message: refused }
    return { ok: false, message: `Get "${url(probe, target.ip, port)}": ${refused}` }
  }
  if (probe.httpGet === undefined) return { ok: true }
  if (behavior.answersAfterMs > probeSettings(probe).timeoutMs) {
    const late = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
    return { ok: false, message: `Get "${url(probe, target.ip, port)}": ${late}` }
  }
  const path = (probe.httpGet.path ?? '/').split('?')[0]
  if (path === '/healthz' && !behavior.healthy)
    return { ok: false, message: 'HTTP probe failed with statuscode: 500' }
  return { ok: true }
}

function url(probe: Probe, ip: string, port: number): string {
  const scheme = (probe.httpGet?.scheme ?? 'HTTP').toLowerCase()
  const path = probe.httpGet?.path ?? '/'
  return `${scheme}://${ip}:${port}${path.startsWith('/') ? path : `/${path}`}`
}
