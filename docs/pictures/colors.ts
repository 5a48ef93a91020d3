/** What the terminal's own colors are in a picture, on a dark ground and on a light one. */
import type { Color } from '../../test/e2e/cells.ts'

export interface Ground {
  readonly text: string
  readonly ground: string
  /** The window around it: its title bar, its edge, and the words in the bar. */
  readonly bar: string
  readonly edge: string
  readonly title: string
  /** The 16 that a terminal's user may choose. */
  readonly palette: readonly string[]
}

/** The edges tell a window from a page of nearly the same color: GitHub's is #0d1117 or #ffffff. */
export const grounds: Readonly<Record<'dark' | 'light', Ground>> = {
  dark: {
    text: '#e6edf3',
    ground: '#10151d',
    bar: '#1d2530',
    edge: '#4b5563',
    title: '#b6c0cc',
    palette: [
      ...['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#b1bac4'],
      ...['#6e7681', '#ffa198', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#ffffff'],
    ],
  },
  light: {
    text: '#1f2328',
    ground: '#ffffff',
    bar: '#eceff3',
    edge: '#9aa4b0',
    title: '#4b5563',
    palette: [
      ...['#24292f', '#cf222e', '#116329', '#7d4e00', '#0969da', '#8250df', '#1b7c83', '#6e7781'],
      ...['#57606a', '#a40e26', '#1a7f37', '#633c01', '#218bff', '#a475f9', '#3192aa', '#8c959f'],
    ],
  },
}

/** A color as SVG takes it: the first 16 are the ground's, then a cube of 6 × 6 × 6 and 24 grays as in every terminal. */
export function hexOf(color: Color, { palette, text }: Ground): string {
  if (typeof color === 'string') return color
  if (color < 16) return palette[color] ?? text
  if (color >= 232) return rgb(Array<number>(3).fill(8 + (color - 232) * 10))
  const at = color - 16
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40)
  return rgb([Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map(level))
}

function rgb(channels: readonly number[]): string {
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}
