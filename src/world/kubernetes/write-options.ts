/** What a request to write asks for besides its body: CreateOptions, UpdateOptions, PatchOptions. */
import { managerName } from './managed-fields/manager-name.ts'
import { applyType } from './patch/patch.ts'
import { flag } from './request.ts'
import { invalidOptions, type StatusCause } from './status.ts'
import { forbiddenField, required, unsupported } from './validation.ts'
import type { FieldValidation, WriteRequest } from './write-request.ts'

const kinds: Readonly<Record<string, string>> = {
  POST: 'CreateOptions',
  PUT: 'UpdateOptions',
  PATCH: 'PatchOptions',
}

interface Written {
  readonly method: string
  readonly query: URLSearchParams
  readonly mediaType: string
  readonly userAgent?: string | undefined
}

/** The options of a request. `warn` hears what its sender is to be told. Throws StatusError (422) for wrong ones. */
export function readWriteOptions(
  { method, query, mediaType, userAgent = '' }: Written,
  warn: (warning: string) => void,
): WriteRequest {
  const of = kinds[method] ?? 'UpdateOptions'
  const dryRun = query.getAll('dryRun').filter((each) => each !== '')
  const validation = query.get('fieldValidation') ?? ''
  const fieldValidation = validationOf(validation)
  const wrong = [
    ...dryRun.filter((each) => each !== 'All').map((each) => unsupported('dryRun', each, ['All'])),
    ...(fieldValidation === undefined
      ? [unsupported('fieldValidation', validation, ['', 'Ignore', 'Strict', 'Warn'])]
      : []),
    ...(method === 'PATCH' ? wrongForApply(query, mediaType === applyType) : []),
  ]
  if (wrong.length > 0 || fieldValidation === undefined) throw invalidOptions(of, wrong)
  const manager = managerName(query, userAgent, of)
  return { dryRun: dryRun.length > 0, fieldValidation, warn, manager, force: flag(query, 'force') }
}

function validationOf(value: string): FieldValidation | undefined {
  if (value === '') return 'Warn'
  return value === 'Strict' || value === 'Warn' || value === 'Ignore' ? value : undefined
}

/** Applying needs a manager; nothing else may be forced. */
function wrongForApply(query: URLSearchParams, applies: boolean): readonly StatusCause[] {
  if (!applies)
    return query.has('force') ? [forbiddenField('force', 'may not be specified for non-apply patch')] : []
  return (query.get('fieldManager') ?? '') === ''
    ? [required('fieldManager', 'is required for apply patch')]
    : []
}
