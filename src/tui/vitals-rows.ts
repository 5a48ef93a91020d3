/** How the application fares, as rows: health by check with its latency and where that goes, errors, usage, warnings. */
import {
  EVERY_MS,
  type Health,
  type HealthCheck,
  type Told,
  type Vitals,
  type Warning,
} from '../vitals/vitals.ts'
import {
  blank,
  endOf,
  fitted,
  type Line,
  lineWidth,
  type Segment,
  spread,
  styled,
  wrapHanging,
} from './line.ts'
import { type Hue, ink } from './palette.ts'
import { sparkline, type Theme } from './theme.ts'

/** So many periods without news make a figure stale. */
const STALE_PERIODS = 3
const SPARK_CELLS = 12
const CHECK_CELLS = 6
/** The latency that fills a cell where none is higher, in milliseconds. */
const FULL_FROM_MS = 100
const WARNINGS_SHOWN = 4

/** Rows of at most `width` cells; none where nothing is asked. `now` in milliseconds since 1970. */
export function vitalsRows(
  vitals: Vitals | undefined,
  now: number,
  width: number,
  theme: Theme,
): readonly Line[] {
  if (vitals === undefined) return []
  const { health, errors, usage } = vitals
  return [
    ...(health === undefined ? [] : [blank, ...healthRows(health, now, width, theme)]),
    ...row('errors', errors, EVERY_MS.errors, now, width, theme, ({ good, says }) => ({ good, says })),
    ...usageRows(usage, now, width, theme),
  ].map((line) => fitted(line, width))
}

/** The same in one row: what is wrong comes first, and what is not known is not left out. */
export function vitalsStrip(
  vitals: Vitals | undefined,
  now: number,
  width: number,
  theme: Theme,
): readonly Line[] {
  const health = vitals?.health
  if (vitals === undefined || health?.kind !== 'told') return []
  const { value } = health
  const failing = value.checks.filter(({ ok }) => !ok)
  const checks = failing.length > 0 ? failing : value.checks
  const parts: readonly Segment[] = [
    word(value.good, theme),
    styled(` health ${value.says.replace(/, failing: .*/, '')} `, value.good ? {} : { color: ink.bad }),
    styled(
      spark(
        value.samples.map(({ ms }) => ms),
        theme,
      ),
      { color: value.good ? ink.good : ink.bad },
    ),
    ...checks.flatMap((check) => [styled('  '), word(check.ok, theme), styled(` ${checkWords(check)}`)]),
    ...(vitals.errors.kind === 'told' && !vitals.errors.value.good
      ? [styled('  '), word(false, theme), styled(' errors', { color: ink.bad })]
      : []),
  ]
  const age = ageOf(health.at, EVERY_MS.health, now)
  return [spread(parts, age.length === 0 ? [] : [styled(' '), ...age], width)]
}

function healthRows(health: Told<Health>, now: number, width: number, theme: Theme): readonly Line[] {
  const head = row('health', health, EVERY_MS.health, now, width, theme, ({ good, says }) => ({ good, says }))
  if (health.kind !== 'told') return head
  const { samples, checks } = health.value
  const times: Line = [
    styled('   '),
    ...samples.slice(-SPARK_CELLS).map(({ good }, at, shown) =>
      styled(
        spark(
          shown.map(({ ms }) => ms),
          theme,
        )[at] ?? '',
        { color: good ? ink.good : ink.bad },
      ),
    ),
    styled(` ${samples.at(-1)?.ms ?? 0} ms`),
  ]
  return [...head, times, ...checks.flatMap((check) => checkRows(check, width, theme))]
}

function checkRows(check: HealthCheck, width: number, theme: Theme): readonly Line[] {
  const { name, ok, why, latencies } = check
  const last = latencies.at(-1)
  const right = [
    styled(` ${spark(latencies, theme, CHECK_CELLS)}`, { dim: true }),
    ...(last === undefined ? [] : [styled(` ${Math.round(last)} ms`)]),
  ]
  const head = spread([styled('   '), word(ok, theme), styled(` ${name}`)], right, width)
  return ok ? [head] : [head, ...wrapHanging([styled(`     ${why}`, { color: ink.bad })], width, 5)]
}

function usageRows(usage: Vitals['usage'], now: number, width: number, theme: Theme): readonly Line[] {
  if (usage.kind !== 'told') return row('usage', usage, EVERY_MS.usage, now, width, theme, () => undefined)
  const age = ageOf(usage.at, EVERY_MS.usage, now)
  return usage.value.map(({ color, cpu, memory }, at) =>
    spread(
      [
        styled(' usage ', { dim: true }),
        styled(`${color} `),
        styled(`${cores(cpu)} CPU, ${mebibytes(memory)}`),
      ],
      at === 0 ? age : [],
      width,
    ),
  )
}

/** What the cluster warns of, the newest first; none while all is quiet. */
export function warningRows(
  vitals: Vitals | undefined,
  now: number,
  width: number,
  theme: Theme,
): readonly Line[] {
  if (vitals === undefined) return []
  const { warnings, deaf } = vitals
  if (deaf !== undefined) {
    return [blank, ...wrapHanging([styled(` warnings: not heard: ${deaf}`, { color: ink.warn })], width, 2)]
  }
  if (warnings.length === 0) return []
  const shown = warnings.slice(0, WARNINGS_SHOWN)
  const more = warnings.length - shown.length
  return [
    blank,
    [styled(theme.ascii ? ' ! warnings' : ' ▲ warnings', { bold: true, color: ink.warn })],
    ...shown.flatMap((warning) => warningRow(warning, now, width)),
    ...(more === 0 ? [] : [[styled(`   … and ${more} more`, { dim: true })]]),
  ]
}

function warningRow(
  { at, object, reason, message, count }: Warning,
  now: number,
  width: number,
): readonly Line[] {
  const times = count > 1 ? ` ${count}×` : ''
  const right = [styled(` ${age(now - at)}`, { dim: true })]
  const left = [styled(`   ${reason}${times} `, { color: ink.warn })]
  const name = endOf(object.replace(/^pod\//, ''), Math.max(6, width - lineWidth(left) - lineWidth(right)))
  return [
    spread([...left, styled(name, { dim: true })], right, width),
    ...wrapHanging([styled(`     ${message}`, { dim: true })], width, 5).slice(0, 2),
  ]
}

/** A figure by name, good or bad by word and shape, with its age where that matters. */
function row<T>(
  name: string,
  told: Told<T>,
  everyMs: number,
  now: number,
  width: number,
  theme: Theme,
  read: (value: T) => { readonly good: boolean; readonly says: string } | undefined,
): readonly Line[] {
  const label = styled(` ${name} `, { dim: true })
  if (told.kind === 'asking') return [[label, styled('asking…', { dim: true })]]
  if (told.kind === 'unknown') {
    return wrapHanging([label, styled(`not known: ${told.why}`, { color: ink.warn })], width, 3)
  }
  const value = read(told.value)
  if (value === undefined) return []
  const stale = ageOf(told.at, everyMs, now)
  const says = styled(value.says, value.good ? {} : { color: ink.bad })
  const rows = wrapHanging([styled(' '), word(value.good, theme), label, says], width, 3)
  return stale.length === 0 ? rows : [[label, ...stale], ...rows]
}

function word(good: boolean, { ascii }: Theme): Segment {
  const hue: Hue = good ? ink.good : ink.bad
  if (good) return styled(ascii ? '+' : '✓', { color: hue })
  return styled(ascii ? 'x BAD' : '✗ BAD', { color: hue, bold: true })
}

function checkWords({ name, latencies }: HealthCheck): string {
  const last = latencies.at(-1)
  return last === undefined ? name : `${name} ${Math.round(last)} ms`
}

function spark(values: readonly number[], theme: Theme, cells = SPARK_CELLS): string {
  return sparkline(values.slice(-cells), FULL_FROM_MS, theme)
}

/** Nothing while it is as new as it can be; loud once it is older than it should be. */
function ageOf(at: number, everyMs: number, now: number): Line {
  const old = now - at
  if (old < everyMs * STALE_PERIODS) return []
  return [styled(` STALE ${age(old)} `, { color: ink.warn, inverse: true, bold: true })]
}

function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}

function cores(value: number): string {
  return value < 10 ? `${Math.round(value * 1000)}m` : value.toFixed(1)
}

function mebibytes(bytes: number): string {
  const mebi = bytes / 2 ** 20
  return mebi < 10_000 ? `${Math.round(mebi)}Mi` : `${(mebi / 1024).toFixed(1)}Gi`
}
