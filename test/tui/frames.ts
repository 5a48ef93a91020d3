/** Frames as a person reads them: the text of each row, without the blanks at its end. */
import type { ClusterStatus } from '../../src/cluster/status.ts'
import { fillBlock } from '../../src/runbook/fill.ts'
import { whyRefused } from '../../src/runbook/parameters.ts'
import { type Line, lineWidth, textOf } from '../../src/tui/line.ts'
import { type RunFrame, runFrame } from '../../src/tui/run-frame.ts'
import { type Check, freshUi, type RunUi } from '../../src/tui/run-ui.ts'
import type { Theme } from '../../src/tui/theme.ts'
import type { Vitals } from '../../src/vitals/vitals.ts'
import { began, type StagedRun } from './staged-run.ts'

export const record = '/home/tess/.local/state/handrail/runs/20261123-030000-deploy'

export const same = (text: string) => text

/** The sizes that every screen has to be good at. */
export const sizes = [
  [80, 24],
  [120, 40],
] as const

export const utf8: Theme = { ascii: false, palette: {} }

function pods(color: string, image: string, ...statuses: readonly (readonly [string, number])[]) {
  return statuses.map(([status, restarts], index) => ({
    name: `api-${color}-6d4cf56db6-${['x7k2p', 'm4n8q', 'z9w3r'][index] ?? index}`,
    color,
    ready: status === 'Running',
    status,
    restarts,
    image,
    createdAt: began - 3_600_000,
  }))
}

/** Blue live with three pods, green idle with one. */
export const settled: ClusterStatus = {
  context: 'production',
  namespace: 'loanserve',
  service: 'api-main',
  live: 'blue',
  colors: [
    {
      ...{ color: 'blue', deployment: 'api-blue', image: 'loanserve/api:v1.2.2', live: true },
      ...{ wanted: 3, ready: 3, updated: 3, endpoints: 3 },
      pods: pods('blue', 'loanserve/api:v1.2.2', ['Running', 0], ['Running', 0], ['Running', 1]),
    },
    {
      ...{ color: 'green', deployment: 'api-green', image: 'loanserve/api:v1.2.1', live: false },
      ...{ wanted: 1, ready: 1, updated: 1, endpoints: 0 },
      pods: pods('green', 'loanserve/api:v1.2.1', ['Running', 0]),
    },
  ],
  freshness: { kind: 'fresh', at: began },
}

/** The idle color can't start its new pods, and the API server has not answered for 42 seconds. */
export const troubled: ClusterStatus = {
  ...settled,
  colors: settled.colors.map((color) =>
    color.color === 'blue'
      ? color
      : {
          ...color,
          image: 'loanserve/api:v1.2.3-crash',
          wanted: 3,
          ready: 1,
          pods: pods(
            'green',
            'loanserve/api:v1.2.3-crash',
            ...([
              ['Running', 0],
              ['CrashLoopBackOff', 4],
              ['ContainerCreating', 0],
            ] as const),
          ),
        },
  ),
  freshness: { kind: 'stale', at: began - 42_000, why: 'connect ECONNREFUSED 10.0.0.1:6443' },
}

const seen = (good: boolean) =>
  [40, 42, 38, 41, 45, 44, 180, 420, 900, 1400, 1900, 2300].map((ms) => ({ ms, good: good || ms < 1000 }))

/** All is well with the application, but that it grows slow. */
export const faring: Vitals = {
  health: {
    kind: 'told',
    at: began,
    value: {
      ...{ good: true, says: '200 in 42 ms', samples: seen(true) },
      checks: [
        { name: 'database', ok: true, why: 'ok', latencies: [3, 3, 4, 3, 2, 3, 3] },
        { name: 'credit-bureau', ok: true, why: 'ok', latencies: [120, 118, 131, 122] },
      ],
    },
  },
  errors: {
    kind: 'told',
    at: began,
    value: { good: true, says: '0 % of 512 requests failed in 60s (up to 1 %)' },
  },
  usage: {
    kind: 'told',
    at: began,
    value: [
      { color: 'blue', cpu: 0.412, memory: 601 * 2 ** 20 },
      { color: 'green', cpu: 0.02, memory: 188 * 2 ** 20 },
    ],
  },
  warnings: [],
}

/** The database is gone, nobody measures, and the kubelet warns. */
export const ailing: Vitals = {
  health: {
    kind: 'told',
    at: began,
    value: {
      ...{ good: false, says: '503 in 2300 ms, failing: database', samples: seen(false) },
      checks: [
        { name: 'database', ok: false, why: 'connection refused', latencies: [3, 3, 2900] },
        { name: 'credit-bureau', ok: true, why: 'ok', latencies: [120, 118, 131, 122] },
      ],
    },
  },
  errors: {
    kind: 'told',
    at: began - 40_000,
    value: { good: false, says: '12.5 % of 80 requests failed in 60s' },
  },
  usage: { kind: 'unknown', at: began, why: 'the API answered 404' },
  warnings: [
    {
      ...{ at: began - 4000, object: 'pod/api-green-6d4cf56db6-m4n8q', reason: 'BackOff', count: 7 },
      message: 'Back-off restarting failed container api in pod api-green-6d4cf56db6-m4n8q',
    },
  ],
}

/** What the run itself says of a value. */
export function checkFor(run: StagedRun): Check {
  return (name, text) => {
    const parameter = run.view().runbook.parameters.find((one) => one.name === name)
    return parameter === undefined ? undefined : whyRefused(parameter, text)
  }
}

function heard(run: StagedRun): ClusterStatus {
  return { ...settled, freshness: { kind: 'fresh', at: run.now() - 1000 } }
}

export interface Shot {
  readonly ui?: Partial<RunUi>
  readonly status?: ClusterStatus
  readonly vitals?: Vitals
  readonly theme?: Theme
}

/** The run screen for a staged run, as the front end would draw it now; the cluster was heard of a second ago. */
export function frameOf(
  run: StagedRun,
  columns: number,
  rows: number,
  { ui = {}, status = heard(run), vitals, theme = utf8 }: Shot = {},
): RunFrame {
  const screen = {
    view: run.view(),
    ui: { ...freshUi, ...ui },
    status,
    vitals,
    mask: same,
    now: run.now(),
    record,
  }
  return runFrame({ ...screen, fill: fillBlock, check: checkFor(run), theme }, columns, rows)
}

export function text(lines: readonly Line[]): string {
  return `${lines.map((line) => textOf(line).trimEnd()).join('\n')}\n`
}

/** Rows that don't fill the screen exactly, with their widths: none, if all is well. */
export function misfits(lines: readonly Line[], columns: number, rows: number): readonly string[] {
  const wrong = lines.filter((line) => lineWidth(line) !== columns)
  return [
    ...(lines.length === rows ? [] : [`${lines.length} rows instead of ${rows}`]),
    ...wrong.map((line) => `${lineWidth(line)} cells: ${textOf(line)}`),
  ]
}
