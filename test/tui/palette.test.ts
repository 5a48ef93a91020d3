/** Colors can be read on the ground that they are for, and are left out where they are not wanted. */
import { expect, test } from 'vitest'
import { paletteFor } from '../../src/tui/palette.ts'

/** The contrast of two colors by WCAG 2.2: from 1, no difference, to 21, black on white. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

test.each([
  ['dark', ['#000000', '#1e1e1e', '#002b36']],
  ['light', ['#ffffff', '#fdf6e3']],
])('each hue for a %s ground can be read on such grounds', (theme, grounds) => {
  const colors = Object.entries(paletteFor({ HANDRAIL_THEME: theme }))
  expect(colors).toHaveLength(7)
  for (const [hue, color] of colors)
    for (const ground of grounds)
      expect(contrast(color, ground), `${hue} on ${ground}`).toBeGreaterThanOrEqual(4.5)
})

test('the ground is what the terminal says of itself, unless the operator says otherwise', () => {
  const dark = paletteFor({})
  const light = paletteFor({ COLORFGBG: '0;15' })
  expect(light).not.toEqual(dark)
  expect(paletteFor({ COLORFGBG: '15;default;0' })).toEqual(dark)
  expect(paletteFor({ COLORFGBG: '0;default;7' })).toEqual(light)
  expect(paletteFor({ COLORFGBG: '0;15', HANDRAIL_THEME: 'dark' })).toEqual(dark)
  expect(paletteFor({ HANDRAIL_THEME: 'pink' })).toEqual(dark)
})

test('NO_COLOR with any value leaves all colors out, and an empty one means nothing', () => {
  expect(paletteFor({ NO_COLOR: '1', HANDRAIL_THEME: 'light' })).toEqual({})
  expect(paletteFor({ NO_COLOR: '' })).toEqual(paletteFor({}))
})
