/** `handrail flags`: the feature flags of a deployment, one of them changed and the others kept. */
import { spawn } from 'node:child_process'
import { z } from 'zod'
import { askKubectlJson } from '../health/tools.ts'
import { exitCode } from '../run/exit-code.ts'
import { Refusal } from '../run/refusal.ts'
import { inJson, say, warn } from './say.ts'

/** The variable that holds the flags, as the guide names it. */
const VARIABLE = 'FEATURE_FLAGS_JSON'

interface Place {
  readonly namespace?: string
  readonly container: string
}

const flags = z.record(z.string(), z.json())

type Flags = z.infer<typeof flags>

const deployment = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        containers: z.array(
          z.object({
            name: z.string(),
            env: z
              .array(
                z.object({
                  name: z.string(),
                  value: z.string().optional(),
                  valueFrom: z.unknown().optional(),
                }),
              )
              .optional(),
          }),
        ),
      }),
    }),
  }),
})

/** Prints the flags of a deployment, one a line as NAME=JSON. Throws a Refusal when they can't be read. */
export async function showFlagsCommand(name: string, place: Place): Promise<number> {
  const found = await readFlags(name, place)
  for (const [flag, value] of Object.entries(found)) say(`${flag}=${inJson(value)}\n`)
  return exitCode.done
}

/**
 * Sets flags given as NAME=JSON and keeps all others; gives kubectl's exit code. Throws a Refusal, with nothing
 * changed, for what is no flag and where the present flags can't be read.
 */
export async function setFlagsCommand(
  name: string,
  assignments: readonly string[],
  place: Place,
): Promise<number> {
  const merged = mergeFlags(await readFlags(name, place), assignments)
  const args = [
    ...['set', 'env', `deployment/${name}`, '-c', place.container, ...inNamespace(place)],
    `${VARIABLE}=${JSON.stringify(merged)}`,
  ]
  return new Promise((resolve) => {
    const child = spawn('kubectl', args, { stdio: ['ignore', 'inherit', 'inherit'] })
    child.on('error', (error) => {
      warn(`kubectl can't be started: ${error.message}. Nothing was changed.\n`)
      resolve(exitCode.failed)
    })
    child.on('close', (code) => resolve(code === 0 ? exitCode.done : exitCode.failed))
  })
}

/** The flags with those assignments; a value is JSON, such as true, 25 or "text". Throws a Refusal for what is none. */
export function mergeFlags(before: Flags, assignments: readonly string[]): Flags {
  return { ...before, ...Object.fromEntries(assignments.map(assignment)) }
}

function assignment(text: string): readonly [string, Flags[string]] {
  const [, name, value] = /^([A-Za-z][\w.-]*)=(.+)$/s.exec(text) ?? []
  if (name === undefined || value === undefined)
    throw new Refusal(`"${text}" is no flag: write NAME=true. Nothing was changed.`, exitCode.usage)
  try {
    return [name, z.json().parse(JSON.parse(value))]
  } catch {
    throw new Refusal(
      `the value of ${name} is no JSON: write true, false, a number or "text". Nothing was changed.`,
      exitCode.usage,
    )
  }
}

async function readFlags(name: string, place: Place): Promise<Flags> {
  const asked = await askKubectlJson(['get', 'deployment', name, ...inNamespace(place)], deployment)
  if (!asked.ok) throw new Refusal(`the flags of ${name} can't be read: ${asked.why}. Nothing was changed.`)
  const { containers } = asked.value.spec.template.spec
  const variable = containers
    .find((container) => container.name === place.container)
    ?.env?.find((one) => one.name === VARIABLE)
  if (variable?.valueFrom !== undefined)
    throw new Refusal(`${VARIABLE} of ${name} comes from elsewhere: change it there. Nothing was changed.`)
  try {
    return flags.parse(JSON.parse(variable?.value ?? '{}'))
  } catch {
    throw new Refusal(`${VARIABLE} of ${name} is no JSON object. Nothing was changed.`)
  }
}

function inNamespace({ namespace }: Place): readonly string[] {
  return namespace === undefined ? [] : ['-n', namespace]
}
