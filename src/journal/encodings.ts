/** The forms in which a secret value turns up in output. */

/** Values longer than this (Helm keeps whole releases in Secrets) are looked for raw and as base64 only. */
const LONG = 16 * 1024

/** A line of a secret of many lines counts as a secret of its own from this length on. */
const LONG_LINE = 8

/**
 * The value itself and as base64 (also where it stands inside something longer that was encoded), URL-encoded, JSON-
 * escaped up to three levels deep, and quoted for a shell or YAML. A value of several lines also by its lines, a URL also
 * by its password. Without duplicates, in no order.
 */
export function encodingsOf(value: string): readonly string[] {
  const wellFormed = value.toWellFormed()
  const texts = new Set([wellFormed, wellFormed.trim(), ...linesOf(wellFormed), ...passwordsOf(wellFormed)])
  const forms = new Set<string>()
  for (const text of texts) {
    if (text === '') continue
    forms.add(text)
    for (const form of base64Forms(text)) forms.add(form)
    if (text.length > LONG) continue
    for (const form of [...jsonForms(text), ...urlForms(text), ...quotedForms(text)]) forms.add(form)
  }
  return [...forms]
}

function linesOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/)
  return lines.length === 1 ? [] : lines.map((line) => line.trim()).filter((line) => line.length >= LONG_LINE)
}

/** The password of a URL, as written and decoded. */
function passwordsOf(value: string): readonly string[] {
  const password = /^\s*[a-z][a-z0-9+.-]*:\/\/[^\s/?#:@]*:(.+)@/i.exec(value)?.[1]
  if (password === undefined) return []
  try {
    return [password, decodeURIComponent(password)]
  } catch {
    return [password]
  }
}

function base64Forms(text: string): readonly string[] {
  const bytes = Buffer.from(text)
  const standard = [bytes.toString('base64'), ...[0, 1, 2].map((before) => insideBase64(bytes, before))]
  return standard
    .filter((form, index) => form.length >= (index < 2 ? 4 : 8))
    .flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_'), form.replaceAll('=', '')])
}

/**
 * The characters that the bytes determine alone when they are encoded with others around them, `before` of which (modulo
 * three) come first: `user:PASS` in a header, a whole file.
 */
function insideBase64(bytes: Buffer, before: number): string {
  const all = Buffer.concat([Buffer.alloc(before), bytes])
  return all.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((all.length * 8) / 6))
}

/** JSON in a JSON string in a JSON string is what kubectl prints of a refused Secret with its last-applied annotation. */
function jsonForms(text: string): readonly string[] {
  return [escapedJson, escapedGoJson, escapedAsciiJson].flatMap((escaped) => {
    const once = escaped(text)
    const twice = escaped(once)
    return [once, twice, escaped(twice)]
  })
}

function escapedJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** Go's encoding/json, and so kubectl, escapes <, >, &, U+2028 and U+2029 as well. */
function escapedGoJson(text: string): string {
  return escapedJson(text).replaceAll(/[<>&\u2028\u2029]/g, unicodeEscape)
}

/** Python's json.dumps, and so the aws CLI, leaves ASCII only. */
function escapedAsciiJson(text: string): string {
  return escapedJson(text).replaceAll(/[^\x00-\x7f]/g, unicodeEscape)
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Encoders differ in what they leave alone and in the case of their hex digits. */
function urlForms(text: string): readonly string[] {
  const component = encodeURIComponent(text)
  const strict = component.replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  const path = strict.replaceAll('%2F', '/')
  const forms = [
    component,
    strict,
    path,
    encodeURI(text),
    strict.replaceAll('%20', '+'),
    component.replaceAll('%20', '+'),
  ]
  return forms.flatMap((form) => [form, form.replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())])
}

/** Inside single quotes: a shell's way to write one, and YAML's. */
function quotedForms(text: string): readonly string[] {
  return text.includes("'") ? [text.replaceAll("'", "'\\''"), text.replaceAll("'", "''")] : []
}
