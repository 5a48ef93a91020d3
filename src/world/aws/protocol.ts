/** What a request asks for in whichever protocol it came, and the answer in the same. */
import { type Service, services } from './actions.ts'
import { AwsFault } from './fault.ts'
import { flatten, membersJson } from './json.ts'
import type { Flat } from './parameters.ts'
import type { SignedRequest } from './signature.ts'
import type { Members } from './value.ts'
import { escapeXml, membersXml } from './xml.ts'

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The form of an answer: rest-xml is S3's, ec2 is EC2's own. */
type Form = 'query' | 'json' | 'rest-json' | 'rest-xml' | 'ec2'

export interface Call {
  readonly form: Form
  /** '' when the request doesn't name one. */
  readonly action: string
  readonly parameters: Flat
}

function formOf(request: SignedRequest, service: string | undefined): Form {
  if (request.headers['x-amz-target'] !== undefined) return 'json'
  if (service === 's3') return 'rest-xml'
  if (service === 'ec2') return 'ec2'
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false
  const asksInUrl = /[?&]Action=/.test(request.target)
  return isForm || asksInUrl || service === undefined || services.has(service) ? 'query' : 'rest-json'
}

/** Throws SerializationException for a JSON body that is none. */
export function readCall(request: SignedRequest, service: string | undefined): Call {
  const form = formOf(request, service)
  const text = Buffer.from(request.body).toString()
  if (form === 'json') {
    const action = (request.headers['x-amz-target'] ?? '').split('.').at(-1) ?? ''
    try {
      return { form, action, parameters: flatten(text === '' ? {} : JSON.parse(text)) }
    } catch {
      throw new AwsFault('SerializationException', 'The body is not JSON')
    }
  }
  if (form !== 'query' && form !== 'ec2') return { form, action: '', parameters: {} }
  const query = request.target.split('?')[1] ?? ''
  const {
    Action = '',
    Version: _version,
    ...parameters
  } = Object.fromEntries(new URLSearchParams(request.method === 'POST' ? text : query))
  return { form, action: Action, parameters }
}

export function answerReply(call: Call, service: Service, members: Members, requestId: string): Reply {
  const headers = { 'x-amzn-RequestId': requestId }
  if (call.form === 'json')
    return {
      status: 200,
      headers: { ...headers, 'content-type': 'application/x-amz-json-1.0' },
      body: membersJson(members),
    }
  const content = membersXml(members)
  const result = content === '' ? '' : `<${call.action}Result>${content}</${call.action}Result>`
  return {
    status: 200,
    headers: { ...headers, 'content-type': 'text/xml' },
    body: `<${call.action}Response xmlns="${service.namespace}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${call.action}Response>`,
  }
}

/** The fault as its service would word it, so that the CLI finds code and message. */
export function faultReply(
  form: Form,
  service: Service | undefined,
  fault: AwsFault,
  requestId: string,
): Reply {
  const { code, message, status } = fault
  const headers = { 'x-amzn-RequestId': requestId }
  const type = status < 500 ? 'Sender' : 'Receiver'
  if (form === 'json' || form === 'rest-json')
    return {
      status,
      headers: {
        ...headers,
        'content-type': form === 'json' ? 'application/x-amz-json-1.0' : 'application/json',
        'x-amzn-errortype': code,
        'x-amzn-query-error': `${code};${type}`,
      },
      body: JSON.stringify({ __type: code, message }),
    }
  const error = `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`
  const bodies = {
    query: `<ErrorResponse xmlns="${service?.namespace ?? ''}"><Error><Type>${type}</Type>${error}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    ec2: `<Response><Errors><Error>${error}</Error></Errors><RequestID>${requestId}</RequestID></Response>`,
    'rest-xml': `<Error>${error}<RequestId>${requestId}</RequestId></Error>`,
  }
  return {
    status,
    headers: { ...headers, 'content-type': 'text/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${bodies[form]}`,
  }
}
