/** What the kubelet asks about the application in an image. */
import type { Duplex } from 'node:stream'
import { type AppBehavior, behaviorOf, isPullable } from '../app/behavior.ts'
import type { Verdict } from './probe.ts'
import type { RunningApp } from './tenant.ts'

export interface Application {
  /** How the application of an image behaves when it starts now with this environment. */
  readonly behaviorOf: (image: string, env: Readonly<Record<string, string>>) => AppBehavior
  /** Whether the registry has the image. */
  readonly isPullable: (image: string) => boolean
  /** What it answers now to a GET of that path, and after how long. */
  readonly verdict: (app: RunningApp, path: string) => Verdict
  /** Opens a connection to its port; undefined when nothing takes it. */
  readonly connect: (app: RunningApp) => Duplex | undefined
}

/** The application as its image's tag alone has it; it takes no connections. */
export const plainApplication: Application = {
  behaviorOf,
  isPullable,
  verdict({ behavior }, path) {
    const failing = (path.split('?')[0] ?? '') === '/healthz' && !behavior.healthy
    return { status: failing ? 500 : 200, afterMs: behavior.answersAfterMs }
  },
  connect: () => undefined,
}
