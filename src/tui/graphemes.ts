/** What a reader calls characters: a key presses one, a cursor moves by one. */

export interface Grapheme {
  readonly segment: string
  /** Where it begins in the text. */
  readonly index: number
}

let segmenter: Intl.Segmenter | undefined

/** The characters of a text. ICU's tables load with the first that isn't plain ASCII: they cost 20 ms. */
export function graphemesOf(text: string): readonly Grapheme[] {
  if (/^[\x20-\x7e]*$/.test(text)) return Array.from(text, (segment, index) => ({ segment, index }))
  segmenter ??= new Intl.Segmenter()
  return [...segmenter.segment(text)]
}
