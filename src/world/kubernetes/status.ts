/** The API's errors: `Status` objects in the real server's words, and the exception that carries one. */

export interface StatusCause {
  readonly reason: string
  readonly message: string
  readonly field?: string
}

export interface Status {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: { readonly continue?: string }
  readonly status: 'Failure' | 'Success'
  readonly message?: string
  readonly reason?: string
  readonly details?: {
    readonly name?: string
    readonly group?: string
    readonly kind?: string
    readonly uid?: string
    readonly causes?: readonly StatusCause[]
    readonly retryAfterSeconds?: number
  }
  readonly code?: number
}

/** Which collection an error speaks of: group `apps` and resource `deployments`; the core group is empty. */
export interface GroupResource {
  readonly group: string
  readonly resource: string
}

/** Thrown by collections and by the API; `status` is what a client is sent. */
export class StatusError extends Error {
  readonly status: Status
  constructor(status: Status) {
    super(status.message)
    this.name = 'StatusError'
    this.status = status
  }
  get code(): number {
    return this.status.code ?? 500
  }
}

function failure(code: number, reason: string, message: string, details?: Status['details']): StatusError {
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details === undefined ? {} : { details }),
    code,
  })
}

/** `deployments.apps`, or `pods` for the core group. */
function qualified({ group, resource }: GroupResource): string {
  return group === '' ? resource : `${resource}.${group}`
}

function detailsOf(of: GroupResource, name: string) {
  return { name, ...(of.group === '' ? {} : { group: of.group }), kind: of.resource }
}

/** 404: `pods "x" not found`. */
export function notFound(of: GroupResource, name: string): StatusError {
  return failure(404, 'NotFound', `${qualified(of)} "${name}" not found`, detailsOf(of, name))
}

/** 404 for a path that the server doesn't serve. */
export function noSuchPath(): StatusError {
  return failure(404, 'NotFound', 'the server could not find the requested resource', {})
}

/** 409: the name is taken. */
export function alreadyExists(of: GroupResource, name: string): StatusError {
  return failure(409, 'AlreadyExists', `${qualified(of)} "${name}" already exists`, detailsOf(of, name))
}

/** 409: the object was changed since the version that the writer had read. */
export function conflict(
  of: GroupResource,
  name: string,
  why = 'the object has been modified; please apply your changes to the latest version and try again',
): StatusError {
  return failure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(of)} "${name}": ${why}`,
    detailsOf(of, name),
  )
}

/** 422: the object breaks rules; each cause names the field. */
export function invalid(
  group: string,
  kind: string,
  name: string,
  causes: readonly StatusCause[],
): StatusError {
  const texts = causes.map((cause) => `${cause.field}: ${cause.message}`)
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
  const what = group === '' ? kind : `${kind}.${group}`
  return failure(422, 'Invalid', `${what} "${name}" is invalid: ${list}`, {
    name,
    ...(group === '' ? {} : { group }),
    kind,
    causes,
  })
}

/** 400: the request can't be understood. */
export function badRequest(message: string): StatusError {
  return failure(400, 'BadRequest', message)
}

/** 401: no token, or a wrong one. */
export function unauthorized(): StatusError {
  return failure(401, 'Unauthorized', 'Unauthorized')
}

/** 403: the server won't; `name` is '' where no single object is meant. */
export function forbidden(of: GroupResource, name: string, why: string): StatusError {
  const what = name === '' ? qualified(of) : `${qualified(of)} "${name}"`
  const { name: _none, ...collection } = detailsOf(of, name)
  const details = name === '' ? collection : detailsOf(of, name)
  return failure(403, 'Forbidden', `${what} is forbidden: ${why}`, details)
}

/** 403: a path that isn't a resource's. */
export function forbiddenPath(why: string): StatusError {
  return failure(403, 'Forbidden', `forbidden: ${why}`, {})
}

/** 405: the resource has no such verb. */
export function methodNotAllowed(): StatusError {
  return failure(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  )
}

/** 405: nothing new of a kind whose definition is being deleted. */
export function whileTerminating(of: GroupResource, verb: string): StatusError {
  const message = `${verb} not allowed while custom resource definition is terminating`
  return failure(405, 'MethodNotAllowed', message, { group: of.group, kind: of.resource })
}

/** 429: a disruption budget forbids the eviction; `retrySeconds` when it may be otherwise soon. */
export function evictionForbidden(cause: string, retrySeconds: number | undefined): StatusError {
  return failure(
    429,
    'TooManyRequests',
    "Cannot evict pod as it would violate the pod's disruption budget.",
    {
      causes: [{ reason: 'DisruptionBudget', message: cause }],
      ...(retrySeconds === undefined ? {} : { retryAfterSeconds: retrySeconds }),
    },
  )
}

/** 413: a body beyond the limit, in bytes. */
export function tooLarge(limit: number): StatusError {
  return failure(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`)
}

/** 415: a body, or a kind of patch, that the server doesn't take. */
export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  return failure(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  )
}

/** 410: the watch asks for changes that are no longer kept. */
export function expired(asked: number, oldest: number): StatusError {
  return failure(410, 'Expired', `too old resource version: ${asked} (${oldest})`)
}

/** 410: the list of that version can't be had any more. */
export function listExpired(): StatusError {
  return failure(410, 'Expired', 'The resourceVersion for the provided list is too old.')
}

/** 410: the pages that are left can't be had as of the first one; `token` leads to them as they are now. */
export function pagesExpired(token: string): StatusError {
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.'
  const { status } = failure(410, 'Expired', message)
  return new StatusError({ ...status, metadata: { continue: token } })
}

/** 504: a version that the cluster has not come to yet. */
export function versionAhead(asked: number, current: number): StatusError {
  const message = `Timeout: Too large resource version: ${asked}, current: ${current}`
  return failure(504, 'Timeout', message, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  })
}

/** 422: parameters of a list that don't go together. */
export function listInvalid(causes: readonly StatusCause[]): StatusError {
  return invalid('meta.k8s.io', 'ListOptions', '', causes)
}

/**
 * 422: a patch whose result can't be read. `shown` is what the error quotes of it: the real server prints the
 * whole object here, so nothing is held back.
 */
export function patchInvalid(shown: string, why: string): StatusError {
  const message = `Invalid value: ${JSON.stringify(shown)}: ${why}`
  return failure(422, 'Invalid', ` "" is invalid: patch: ${message}`, {
    causes: [{ reason: 'FieldValueInvalid', message, field: 'patch' }],
  })
}

/** 422: parameters of a write that won't do; `of` are the options that they stand in, as `PatchOptions`. */
export function invalidOptions(of: string, causes: readonly StatusCause[]): StatusError {
  return invalid('meta.k8s.io', of, '', causes)
}

/** 409: others own fields that an applier wants to set; each cause names one. */
export function applyConflict(message: string, causes: readonly StatusCause[]): StatusError {
  return failure(409, 'Conflict', message, { causes })
}

/** 500 without a reason: what the real server answers where it has no status for an error. */
export function unclassified(message: string): StatusError {
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    code: 500,
  })
}

/** 422: parameters of a watch that don't go together. */
export function watchInvalid(field: string, message: string): StatusError {
  return failure(422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: ${field}: ${message}`, {
    group: 'meta.k8s.io',
    kind: 'ListOptions',
    causes: [{ reason: 'FieldValueForbidden', message, field }],
  })
}

/** 422 with empty details: a JSON patch that can't be carried out. */
export function unprocessableEntity(message: string): StatusError {
  return failure(422, 'Invalid', message, {})
}

/** 500: our own fault. */
export function internalError(message: string): StatusError {
  const text = `Internal error occurred: ${message}`
  return failure(500, 'InternalError', text, { causes: [{ reason: 'InternalError', message, field: '' }] })
}
