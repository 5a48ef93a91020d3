/** What each hue is on a dark ground and on a light one, or nothing where no color is wanted. */

/** What a color means; every one stands beside a word and a shape, so that none has to be seen. */
export type Hue = 'blue' | 'green' | 'good' | 'bad' | 'warn' | 'value' | 'quiet'

/** The hues by name, as the frames use them. */
export const ink = {
  blue: 'blue',
  green: 'green',
  good: 'good',
  bad: 'bad',
  warn: 'warn',
  value: 'value',
  quiet: 'quiet',
} as const satisfies Record<Hue, Hue>

/** As Ink takes them: a name of the terminal's own, or a hexadecimal color. */
export type Palette = Readonly<Partial<Record<Hue, string>>>

/** Colors that stay apart for all common kinds of color blindness, with a contrast of 4.5 to 1 or more on their ground. */
const palettes: Readonly<Record<'dark' | 'light', Palette>> = {
  dark: {
    blue: '#60a5fa',
    green: '#a3e635',
    good: '#a3e635',
    bad: '#f87171',
    warn: '#fbbf24',
    value: '#67e8f9',
    quiet: '#9ca3af',
  },
  light: {
    blue: '#1d4ed8',
    green: '#3f6212',
    good: '#3f6212',
    bad: '#b91c1c',
    warn: '#92400e',
    value: '#0e7490',
    quiet: '#4b5563',
  },
}

/**
 * The palette for a terminal: none with NO_COLOR (https://no-color.org), that of HANDRAIL_THEME if it says light or dark,
 * else by the ground that COLORFGBG tells of, else for a dark one.
 */
export function paletteFor(environment: Readonly<Record<string, string | undefined>>): Palette {
  if ((environment.NO_COLOR ?? '') !== '') return {}
  const { HANDRAIL_THEME: wanted } = environment
  if (wanted === 'light' || wanted === 'dark') return palettes[wanted]
  return palettes[isLightGround(environment.COLORFGBG) ? 'light' : 'dark']
}

/** rxvt and its followers write the numbers of foreground and ground, the ground last: 7 and 15 are the light ones. */
function isLightGround(colors = ''): boolean {
  return /;(?:7|15)$/.test(colors)
}
