/** What looks like a secret, whoever's it is. Every pattern takes time in proportion to the text. */
import { closingQuote, type Span } from './span.ts'

/** The places of values that look secret. */
export function patternSpans(text: string): readonly Span[] {
  return [
    ...PATTERNS.flatMap((pattern) => lastGroupSpans(text, pattern)),
    ...assignmentSpans(text),
    ...keyEndSpans(text),
  ]
}

/** Whether the name of a key, variable or option says that what it holds is secret: DB_PASSWORD, clientSecret, --token. */
export function namesSecret(name: string): boolean {
  return SECRET_NAME_END.test(name)
}

/**
 * The last group is what is masked, and it ends the match. Where a pattern has a bound like {1,512} it is there so that a
 * hostile text can't make the scan quadratic.
 */
const PATTERNS: readonly RegExp[] = [
  // scheme://user:PASSWORD@ — up to the last @ before a slash, or, when the password holds one, up to the first @.
  /:\/\/[^\s"'`<>/:@]{0,256}:(?!\d{1,5}(?:[/?#\s"']|$))([^\s"'`<>/]{1,512}(?=@)|[^\s"'`<>@]{1,512}(?=@))/g,
  // Access key ids: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
  /(?<![A-Za-z0-9/+])((?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})(?![A-Za-z0-9/+=])/g,
  // Session tokens begin with this, and are hundreds of characters long.
  /(?<![A-Za-z0-9/+])((?:IQoJb3JpZ2lu|FwoGZXIvYXdz)[A-Za-z0-9/+=]{60,})/g,
  // JWT (RFC 7519): `eyJ` is base64 of `{"`. Encrypted ones have five parts.
  /(?<![\w-])(eyJ[\w-]{8,}(?:\.[\w-]*){2,4})/g,
  // RFC 6750; an ordinary word after it ("bearer authentication") is no token.
  /\b(?:bearer|basic)[ \t]+(?![a-z]{1,20}(?![\w~+/=-]|\.\w))([\w.~+/=-]{8,})/gi,
  /\b(?:proxy-)?authorization\\{0,7}["']?[ \t]{0,8}[:=][ \t]{0,8}\\{0,7}["']?(?![ \t"'\\])([^\r\n"'\\]{1,8192})/gi,
  /\b(?:set-)?cookie:[ \t]{0,8}([^\r\n"'\\]{1,8192})/gi,
  // Signed URLs: AWS, Google, Azure.
  /[?&](?:X-(?:Amz|Goog)-(?:Signature|Credential|Security-Token)|sig)=([^\s"'`&<>]+)/gi,
  // curl -u user:PASSWORD
  /(?<=\s)(?:-u|--user|--proxy-user)[ \t=]+["']?[^\s"':]{1,128}:([^\s"']+)/g,
  // Private keys (RFC 7468), whole, or up to the end of the text where the end is in the next one.
  /(-----BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----(?:[\s\S]*?-----END [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----|[\s\S]*$))/g,
  // …or a line between the two, alone: 64 characters, lower and upper case and digits, not a hash in hex.
  /^[ \t]{0,64}((?=[^\n]*[G-Z])(?=[^\n]*[g-z])(?=[^\n]*\d)[A-Za-z0-9+/]{64})\r?$/gm,
]

const SECRET_NAME =
  '(?:password|passwd|passphrase|passcode|(?<=[_-])pass|pwd|secret|token|credentials?|' +
  '(?:api|secret|access|private|signing|encryption|auth|account|shared|master|session|client)[_-]?key|client-key-data|bearer)'

const SECRET_NAME_END = new RegExp(`${SECRET_NAME}$`, 'i')

/** `password=`, `"token": `, `\"secret\":`, `--api-key `: all that comes before a value. */
const ASSIGNMENT = new RegExp(
  `${SECRET_NAME}(?:\\\\{0,7}["']?[ \\t]{0,8}(?:=>|:=|[:=])[ \\t]{0,8}|(?<=--[\\w-]{3,64})[ \\t]{1,8}(?!-))`,
  'gi',
)

/** Values that tell nothing: no value, a variable's name, a placeholder. */
const NOT_SECRET = /^(?:true|false|null|none|nil|undefined|yes|no|\$\{?[A-Z_][A-Z0-9_]*\}?|<[\w .:-]*>)$/i

const OPENING_QUOTE = /(\\{0,7})(["'`])/y
const BARE_VALUE = /[^\s"'`&{[(][^\s"'`&]*/y

function assignmentSpans(text: string): readonly Span[] {
  const spans: Span[] = []
  for (const match of text.matchAll(ASSIGNMENT)) {
    const span = valueAt(text, match.index + match[0].length)
    if (span !== undefined && !NOT_SECRET.test(text.slice(span.start, span.end))) spans.push(span)
  }
  return spans
}

function valueAt(text: string, from: number): Span | undefined {
  OPENING_QUOTE.lastIndex = from
  const opening = OPENING_QUOTE.exec(text)
  if (opening !== null) {
    const [whole, escapes = '', quote = '"'] = opening
    const start = from + whole.length
    return { start, end: closingQuote(text, start, escapes.length, quote) ?? endOfLine(text, start) }
  }
  BARE_VALUE.lastIndex = from
  const bare = BARE_VALUE.exec(text)?.[0].replace(/[,;)}\]\\]+$/, '')
  return bare === undefined ? undefined : { start: from, end: from + bare.length }
}

/** The end of a private key whose beginning was in another text: its line, and the lines of base64 before it. */
function keyEndSpans(text: string): Span[] {
  return Array.from(text.matchAll(/-----END [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----/g), (match) => {
    let start = match.index
    for (;;) {
      const lineStart = text.lastIndexOf('\n', start - 2) + 1
      if (start === 0 || start - lineStart > 80) break
      if (!/^[ \t]*[A-Za-z0-9+/=]+[ \t]*\r?\n$/.test(text.slice(lineStart, start))) break
      start = lineStart
    }
    return { start, end: match.index + match[0].length }
  })
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from)
  return newline === -1 ? text.length : newline
}

function lastGroupSpans(text: string, pattern: RegExp): Span[] {
  return Array.from(text.matchAll(pattern), (match) => {
    const end = match.index + match[0].length
    return { start: end - (match.at(-1)?.length ?? 0), end }
  })
}
