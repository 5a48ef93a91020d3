/**
 * Text from a process or a cluster, made fit for a terminal: after this nothing in it can move the cursor, set a title,
 * fill a clipboard, open a link, change colors, or turn the reading order around.
 *
 * Every line stands for itself. A control string that is never closed (an OSC without its terminator) ends with its
 * line: it can hide the rest of that line, but not what comes after.
 */

export interface Cleaner {
  /** Takes what came next and gives the lines that are complete now, each with its line feed. */
  readonly push: (chunk: Uint8Array | string) => string
  /** Gives the last line, when it has no line feed. The cleaner can be used anew afterwards. */
  readonly end: () => string
}

/** What leaves a line as it is: printable ASCII. Nearly every line of nearly every command. */
const ascii = /^[\x20-\x7e\n]*$/

/** And the letters, arrows and boxes that screens are drawn with: no control, no invisible character, no mark. */
const drawn = /^[\x20-\x7e\n\xa1-\xac\xae-\xff\u2010-\u2027\u2190-\u2319\u2500-\u25fc\u2713\u2717]*$/

function isPlain(text: string): boolean {
  return ascii.test(text) || drawn.test(text)
}

/**
 * Control functions of ECMA-48 in their 7-bit form (ESC and a letter) and their 8-bit form (U+0080 to U+009F), and `ESC k`,
 * the title of screen and tmux. A control string is ended by ST, by CAN or SUB, or (an OSC) by BEL, as xterm has it;
 * a new ESC ends it too.
 */
const controlFunctions = new RegExp(
  [
    '(?:\\x1b\\[|\\x9b)[\\x20-\\x3f]*[\\x40-\\x7e]?',
    '(?:\\x1b\\]|\\x9d)[^\\x07\\x18\\x1a\\x1b\\x9c]*(?:\\x07|\\x18|\\x1a|\\x1b\\\\|\\x9c)?',
    '(?:\\x1b[PX^_k]|[\\x90\\x98\\x9e\\x9f])[^\\x18\\x1a\\x1b\\x9c]*(?:\\x18|\\x1a|\\x1b\\\\|\\x9c)?',
    '\\x1b[\\x20-\\x2f]*[\\x30-\\x7e]?',
  ].join('|'),
  'g',
)

/** C0 but for tab, backspace and carriage return, which have a meaning of their own here; DEL; C1. */
const controls = /[\x00-\x07\x0a-\x0c\x0e-\x1f\x7f-\x9f]/g

/** What is drawn as nothing: zero-width and bidi characters, tags, fillers, variation selectors, interlinear marks. */
const invisible =
  /[\p{Default_Ignorable_Code_Point}\u200b-\u200f\u202a-\u202e\u2060-\u206f\u061c\ufff9-\ufffb]/gu

/** Marks piled up on one letter run over the lines above and below; no language stacks more than a few. */
const piledMarks = /(\p{Mark}{4})\p{Mark}+/gu

const tabWidth = 8

/**
 * The whole text, cleaned. Lines stay lines (CR LF becomes LF). A line that was overwritten with carriage returns, as
 * progress bars do, keeps its last state; backspaces take effect; tabs become spaces up to the next multiple of 8;
 * U+2028 and U+2029, vertical tab and form feed become a space; a lone surrogate becomes U+FFFD.
 */
export function clean(text: string): string {
  return isPlain(text) ? text : text.split('\n').map(cleanLine).join('\n')
}

/**
 * The same for a stream: whatever the borders of its chunks (a character or a control sequence may be cut anywhere),
 * the sum of all that it gives is what `clean` gives for the whole. It holds one unfinished line back.
 */
export function createCleaner(): Cleaner {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let held = ''
  return {
    push: (chunk) => {
      held += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
      const complete = held.lastIndexOf('\n') + 1
      if (complete === 0) return ''
      const lines = held.slice(0, complete)
      held = held.slice(complete)
      return clean(lines)
    },
    end: () => {
      const last = clean(held + decoder.decode())
      held = ''
      return last
    },
  }
}

function cleanLine(line: string): string {
  if (isPlain(line)) return line
  const text = line
    .toWellFormed()
    .replace(controlFunctions, '')
    .replace(/[\x0b\x0c\u2028\u2029]/g, ' ')
    .replace(controls, '')
    .replace(invisible, '')
  return withoutTabs(withBackspaces(lastState(text))).replace(piledMarks, '$1')
}

/** What a line shows that was written over itself: what follows the last carriage return that anything follows. */
function lastState(line: string): string {
  return line.split('\r').findLast((state) => state !== '') ?? ''
}

function withBackspaces(line: string): string {
  if (!line.includes('\b')) return line
  const drawn: string[] = []
  let column = 0
  for (const character of line) {
    if (character === '\b') column = Math.max(0, column - 1)
    else drawn[column++] = character
  }
  return drawn.join('')
}

function withoutTabs(line: string): string {
  if (!line.includes('\t')) return line
  let drawn = ''
  for (const [index, part] of line.split('\t').entries()) {
    if (index > 0) drawn += ' '.repeat(tabWidth - (drawn.length % tabWidth))
    drawn += part
  }
  return drawn
}
