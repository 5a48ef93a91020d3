/** Templates of computed parameters: text with `${NAME}` or `$NAME` in it; `$$` is a dollar. Never given to a shell. */

const place = /\$(?:(\$)|\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g

/** The names in the template, each once, in order. */
export function templateNames(template: string): readonly string[] {
  const names = [...template.matchAll(place)].map(([, , braced, bare]) => braced ?? bare)
  return [...new Set(names.filter((name) => name !== undefined))]
}

/** The template with the values put in, or the first name that has none. */
export function fillTemplate(
  template: string,
  values: Readonly<Record<string, string>>,
): { readonly ok: true; readonly value: string } | { readonly ok: false; readonly missing: string } {
  const missing = templateNames(template).find((name) => !Object.hasOwn(values, name))
  if (missing !== undefined) return { ok: false, missing }
  const fill = (_: string, dollar?: string, braced?: string, bare?: string) =>
    dollar ?? values[braced ?? bare ?? ''] ?? ''
  return { ok: true, value: template.replace(place, fill) }
}
