/** Ids for phases, steps and checklist items: readable, and safe as keys of records and as names of states. */

/** What a step may be called: a word of letters, digits, `_` and `-`, and no name that every object has. */
export function isName(text: string): boolean {
  return /^[A-Za-z0-9][\w-]*$/.test(text) && !isTaken(text)
}

/** A heading's words in lower case, joined by `-`; `otherwise` where nothing is left of it. */
export function slug(text: string, otherwise: string): string {
  const words = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/['’\p{Mark}]/gu, '')
    .match(/[\p{Letter}\p{Number}]+/gu)
  const id = (words ?? []).join('-').slice(0, 64).replace(/-$/, '')
  return id === '' || isTaken(id) ? otherwise : id
}

/** The wish itself, or the wish with the lowest number behind it that is still free; it is taken from then on. */
export function claim(taken: Set<string>, wish: string): string {
  let id = wish
  for (let number = 2; taken.has(id); number++) id = `${wish}-${number}`
  taken.add(id)
  return id
}

/** `constructor`, `__proto__` and their like would be found in any plain object that is keyed by ids. */
function isTaken(text: string): boolean {
  return text in {}
}
