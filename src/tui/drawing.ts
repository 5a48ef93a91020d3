/** How Ink draws for us. */

/** A key is on the screen a few milliseconds after it was pressed; `interactive` since CI sets a variable that Ink reads. */
export const drawing = {
  incrementalRendering: true,
  maxFps: 120,
  exitOnCtrlC: false,
  interactive: true,
  alternateScreen: true,
} as const
