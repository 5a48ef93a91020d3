/** Times as Go's `time.Parse` reads RFC 3339, with its complaints. */

const layout = '2006-01-02T15:04:05Z07:00'
const tokens: readonly { readonly token: string; readonly pattern: RegExp }[] = [
  { token: '2006', pattern: /^\d{4}/ },
  { token: '-', pattern: /^-/ },
  { token: '01', pattern: /^\d{2}/ },
  { token: '-', pattern: /^-/ },
  { token: '02', pattern: /^\d{2}/ },
  { token: 'T', pattern: /^T/ },
  { token: '15', pattern: /^\d{1,2}/ },
  { token: ':', pattern: /^:/ },
  { token: '04', pattern: /^\d{2}/ },
  { token: ':', pattern: /^:/ },
  { token: '05', pattern: /^\d{2}([.,]\d+)?/ },
  { token: 'Z07:00', pattern: /^(Z|[-+]\d{2}:\d{2})/ },
]

/** What Go says of a text that is no time; undefined for one that is. */
export function timeFault(text: string): string | undefined {
  const fault = (why: string) => `parsing time ${JSON.stringify(text)}${why}`
  let rest = text
  for (const { token, pattern } of tokens) {
    const [found] = pattern.exec(rest) ?? []
    if (found === undefined)
      return fault(` as "${layout}": cannot parse ${JSON.stringify(rest)} as "${token}"`)
    rest = rest.slice(found.length)
  }
  if (rest !== '') return fault(`: extra text: ${JSON.stringify(rest)}`)
  const [, month = 0, day = 0] = text.split(/[-T]/).map(Number)
  if (month < 1 || month > 12) return fault(': month out of range')
  if (day < 1 || day > new Date(Date.UTC(Number(text.slice(0, 4)), month, 0)).getUTCDate())
    return fault(': day out of range')
  return undefined
}
