/** kubectl command lines that change Secrets: the values that stand on them. */
import { z } from 'zod'
import { secretValues } from './secret-object.ts'

const jsonPatch = z.array(z.object({ path: z.string(), value: z.unknown().optional() }))
const mergePatch = z.object({ data: z.record(z.string(), z.unknown()).nullish() })

const changing = new Set(['apply', 'create', 'edit', 'patch', 'replace', 'annotate'])

/** Whether the arguments are of a kubectl that may change a Secret; what it applies from a file can't be told. */
export function mayChangeSecret(argv: readonly string[]): boolean {
  if (!argv.some((word) => changing.has(word))) return false
  return namesSecret(argv) || argv.some((word) => /^(-f|--filename|-k|--kustomize)(=|$)/.test(word))
}

/**
 * The values on the command line of a kubectl that makes or patches a Secret, as they are and decoded: of `--patch` as
 * JSON (a value under `data` that is no base64 is a mistake, and no less secret), and of `--from-literal`.
 */
export function secretsOnCommandLine(argv: readonly string[]): readonly string[] {
  if (!namesSecret(argv)) return []
  const literals = valuesOf(argv, ['--from-literal']).map((pair) => pair.slice(pair.indexOf('=') + 1))
  return [...literals, ...valuesOf(argv, ['-p', '--patch']).flatMap(secretsInPatch)]
}

function namesSecret(argv: readonly string[]): boolean {
  return argv.some((word) => /^secrets?(\/.+)?$/i.test(word))
}

function valuesOf(argv: readonly string[], options: readonly string[]): readonly string[] {
  return argv.flatMap((word, index) => {
    const own = options.find((option) => word.startsWith(`${option}=`))
    if (own !== undefined) return [word.slice(own.length + 1)]
    const next = argv[index + 1]
    return options.includes(word) && next !== undefined ? [next] : []
  })
}

function secretsInPatch(text: string): readonly string[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return []
  }
  const operations = jsonPatch.safeParse(value)
  if (operations.success)
    return operations.data
      .filter(({ path }) => /^\/(data|stringData)\b/.test(path))
      .flatMap((operation) => secretsInPatch(JSON.stringify({ data: valuesByName(operation.value) })))
  const { data } = mergePatch.safeParse(value).data ?? {}
  const raw = Object.values(data ?? {}).filter((each) => typeof each === 'string')
  return [...raw, ...secretValues(text)]
}

function valuesByName(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? value : { value }
}
