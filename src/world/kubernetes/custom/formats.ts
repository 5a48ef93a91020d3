/** The formats that schemas of custom objects check text by; formats that aren't listed allow everything. */
import { isIPv4, isIPv6 } from 'node:net'
import { base64Fault } from '../base64.ts'

const patterns: Readonly<Record<string, RegExp>> = {
  date: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
  email: /^[^\s@]+@[^\s@]+$/,
  hostname: /^([a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)(\.[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)*$/,
  uuid: /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i,
  duration: /^\s*[-+]?\d+(\.\d+)?\s*[a-zµ]+(\s*\d+(\.\d+)?\s*[a-zµ]+)*\s*$/i,
  mac: /^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i,
}

/** Whether the text has the format, by the names that apiextensions.k8s.io/v1 knows. */
export function matchesFormat(format: string, text: string): boolean {
  switch (format) {
    case 'date-time':
      return /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d/.test(text) && !Number.isNaN(Date.parse(text))
    case 'ipv4':
      return isIPv4(text)
    case 'ipv6':
      return isIPv6(text)
    case 'cidr':
      return isCidr(text)
    case 'uri':
      return URL.canParse(text) || text.startsWith('/')
    case 'byte':
      return base64Fault(text) === undefined
    default:
      return patterns[format]?.test(text) ?? true
  }
}

function isCidr(text: string): boolean {
  const [, address = '', length = ''] = /^([^/]+)\/(\d+)$/.exec(text) ?? []
  return (isIPv4(address) && Number(length) <= 32) || (isIPv6(address) && Number(length) <= 128)
}
