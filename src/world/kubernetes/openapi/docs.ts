/**
 * What the fields of the Kubernetes types mean, read at run time from the type declarations that
 * `@kubernetes/client-node` ships beside its models. Where they aren't there, nothing is described.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

interface ModelDocs {
  readonly description: string
  /** By the property's name in the declaration. */
  readonly fields: ReadonlyMap<string, FieldDocs>
}

interface FieldDocs {
  readonly description: string
  readonly required: boolean
}

const known = new Map<string, ModelDocs>()
const none: ModelDocs = { description: '', fields: new Map() }

/** The words on a model such as `V1Deployment`; empty for a model without a declaration. */
export function docsOf(model: string): ModelDocs {
  const cached = known.get(model)
  if (cached !== undefined) return cached
  const docs = parse(declaration(model), model)
  known.set(model, docs)
  return docs
}

function declaration(model: string): string {
  try {
    const path = createRequire(import.meta.url).resolve(`@kubernetes/client-node/dist/gen/models/${model}.js`)
    return readFileSync(path.replace(/\.js$/, '.d.ts'), 'utf8')
  } catch {
    return ''
  }
}

const member = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?^ {4}'([^']+)'(\?)?:/gm

function parse(text: string, model: string): ModelDocs {
  if (text === '') return none
  const [, about = ''] =
    new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*export declare class ${model} `).exec(text) ?? []
  const fields = [...text.matchAll(member)].map(([, comment = '', name = '', optional]) => {
    const docs: FieldDocs = { description: words(comment), required: optional === undefined }
    return [name, docs] as const
  })
  return { description: words(about), fields: new Map(fields) }
}

/** The text of a comment without its stars. */
function words(comment: string): string {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, ''))
  return lines.join('\n').trim().replaceAll('\\"', '"')
}
