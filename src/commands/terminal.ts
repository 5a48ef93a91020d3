/** What the terminal is good for: a screen, lines with questions, or nothing but lines. */

/** Somebody sits there: what is asked can be answered. */
export function isInteractive(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true
}

/**
 * Whether a screen can be drawn. A dumb terminal can't move its cursor, and a screen reader (INK_SCREEN_READER, as Ink
 * names it) reads lines in their order, not a picture of panes.
 */
export function drawsScreens(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  return isInteractive() && environment.TERM !== 'dumb' && environment.INK_SCREEN_READER !== 'true'
}
