/** Frames as a person reads them: the text of each row, without the blanks at its end. */
import type { ClusterStatus } from '../../src/cluster/status.ts'
import { fillBlock } from '../../src/runbook/fill.ts'
import { type Line, lineWidth, textOf } from '../../src/tui/line.ts'
import { type RunFrame, runFrame } from '../../src/tui/run-frame.ts'
import { freshUi, type RunUi } from '../../src/tui/run-ui.ts'
import type { Theme } from '../../src/tui/theme.ts'
import { began, type StagedRun } from './staged-run.ts'

export const record = '/home/tess/.local/state/handrail/runs/20261123-030000-deploy'

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

function heard(run: StagedRun): ClusterStatus {
  return { ...settled, freshness: { kind: 'fresh', at: run.now() - 1000 } }
}

export interface Shot {
  readonly ui?: Partial<RunUi>
  readonly status?: ClusterStatus
  readonly theme?: Theme
}

/** The run screen for a staged run, as the front end would draw it now; the cluster was heard of a second ago. */
export function frameOf(
  run: StagedRun,
  columns: number,
  rows: number,
  { ui = {}, status = heard(run), theme = utf8 }: Shot = {},
): RunFrame {
  const screen = { view: run.view(), ui: { ...freshUi, ...ui }, status, now: run.now(), record }
  return runFrame({ ...screen, fill: fillBlock, theme }, columns, rows)
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
