/** What a probe of the kubelet finds, given what listens in the container and what it answers. */
import type { Probe } from '../kubernetes/objects.ts'

/** What the application answers to a probe, and how long it takes, in milliseconds. */
export interface Verdict {
  readonly status: number
  readonly afterMs: number
}

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
    everyMs: Math.max(1, probe.periodSeconds ?? 10) * 1000,
    timeoutMs: (probe.timeoutSeconds ?? 1) * 1000,
    successes: probe.successThreshold ?? 1,
    failures: probe.failureThreshold ?? 3,
  }
}

/** What a probe over the network meets. */
export interface ProbeTarget {
  readonly ip: string
  /** Ports by the names that the container gives them. */
  readonly ports: Readonly<Record<string, number>>
  readonly listens: (port: number) => boolean
  readonly verdict: (path: string) => Verdict
}

/**
 * The result of one probe by HTTP or TCP. An application that takes 3 s for an answer fails a probe with the
 * default timeout of 1 s, so its pods never become ready; with `timeoutSeconds: 4` they do, and users wait. A TCP
 * probe asks for nothing but an open port.
 */
export function probeResult(probe: Probe, { ip, ports, listens, verdict }: ProbeTarget): ProbeResult {
  const asked = probe.httpGet?.port ?? probe.tcpSocket?.port ?? 0
  const port = typeof asked === 'number' ? asked : (ports[asked] ?? 0)
  if (!listens(port)) {
    const refused = `dial tcp ${ip}:${port}: connect: connection refused`
    if (probe.httpGet === undefined) return { ok: false, message: refused }
    return { ok: false, message: `Get "${url(probe, ip, port)}": ${refused}` }
  }
  if (probe.httpGet === undefined) return { ok: true }
  const { status, afterMs } = verdict(probe.httpGet.path ?? '/')
  if (afterMs > probeSettings(probe).timeoutMs) {
    const late = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
    return { ok: false, message: `Get "${url(probe, ip, port)}": ${late}` }
  }
  if (status < 200 || status >= 400)
    return { ok: false, message: `HTTP probe failed with statuscode: ${status}` }
  return { ok: true }
}

function url(probe: Probe, ip: string, port: number): string {
  const scheme = (probe.httpGet?.scheme ?? 'HTTP').toLowerCase()
  const path = probe.httpGet?.path ?? '/'
  return `${scheme}://${ip}:${port}${path.startsWith('/') ? path : `/${path}`}`
}
