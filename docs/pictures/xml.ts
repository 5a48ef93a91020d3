/** Text in XML, there and back. */

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text inside an element or an attribute; what XML can't hold at all, such as control characters, becomes U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, (sign) => entities[sign] ?? sign)
}

/** What `escapeXml` made of a text, as the text. */
export function unescapeXml(text: string): string {
  return Object.entries(entities).reduceRight((plain, [sign, entity]) => plain.replaceAll(entity, sign), text)
}
