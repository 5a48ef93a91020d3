/** Answers of the Query protocol as XML. */
import { Dictionary, List, type Members, type Value } from './value.ts'

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text for between two tags; characters that XML 1.0 can't hold at all are dropped. */
export function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"]/g, (character) => escapes[character] ?? character)
}

function content(value: Value): string {
  if (value instanceof Date) return value.toISOString()
  if (value instanceof List) return value.values.map((each) => element(value.item, each)).join('')
  if (value instanceof Dictionary)
    return value.entries.map(([name, each]) => element('entry', { key: name, value: each })).join('')
  if (typeof value === 'object') return membersXml(value)
  return escapeXml(String(value))
}

function element(name: string, value: Value): string {
  const inner = content(value)
  return inner === '' ? `<${name}/>` : `<${name}>${inner}</${name}>`
}

/** The members as elements, in their order. */
export function membersXml(members: Members): string {
  return Object.entries(members)
    .map(([name, value]) => (value === undefined ? '' : element(name, value)))
    .join('')
}
