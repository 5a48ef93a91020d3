/** The whole environment of a block's process. Parameters reach a block by it, and by no other way. */
import { delimiter } from 'node:path'

export interface EnvironmentParts {
  /** The environment to start from, as `process.env`. */
  readonly base: Readonly<Record<string, string | undefined>>
  readonly parameters: Readonly<Record<string, string>>
  /** The run's private kubeconfig. */
  readonly kubeconfig?: string
  readonly awsProfile?: string
  readonly awsRegion?: string
  /** The practice world's AWS: every `aws` of the block is sent there. */
  readonly awsEndpointUrl?: string
  /** Directories in front of the PATH, e.g. of pinned tools. */
  readonly toolDirs?: readonly string[]
  /** What else the caller wants, e.g. the practice world's credentials; it can't replace what is pinned. */
  readonly additions?: Readonly<Record<string, string>>
}

/**
 * A block runs without a terminal and with nobody at its keyboard: no colors, no pagers, no editors, no prompts.
 * kubectl's personal preferences (kuberc: aliases, default flags) are off, so that a runbook does the same for everyone.
 */
const quiet = {
  TERM: 'dumb',
  NO_COLOR: '1',
  PAGER: 'cat',
  GIT_PAGER: 'cat',
  AWS_PAGER: '',
  AWS_CLI_AUTO_PROMPT: 'off',
  EDITOR: 'false',
  VISUAL: 'false',
  KUBE_EDITOR: 'false',
  KUBERC: 'off',
  KUBECTL_KUBERC: 'false',
} as const

/**
 * Variables that would change what the block's own words mean, or run code of their own before it: bash reads BASH_ENV
 * and imports functions (BASH_FUNC_…) and options (SHELLOPTS) from its environment; NODE_OPTIONS would go into every
 * Node, the stand-ins too. HANDRAIL_… are ours: a block has no business with them.
 */
const unwanted =
  /^(HANDRAIL_.*|NODE_OPTIONS|BASH_ENV|ENV|BASH_FUNC_.*|SHELLOPTS|BASHOPTS|BASH_XTRACEFD|CDPATH|GLOBIGNORE|POSIXLY_CORRECT|FORCE_COLOR|CLICOLOR_FORCE)$/

/** No parameter may have these names beside the unwanted ones: what it would break is not its own block alone. */
const reserved = /^(PATH|HOME|IFS|PWD|SHELL|USER|TMPDIR|KUBECONFIG|LD_.*|DYLD_.*)$/

/**
 * The environment of a block. In rising strength: `base` without what is unwanted, what keeps tools quiet, `additions`,
 * the parameters, what the run is pinned to. The stand-ins for kubectl and aws are put in front of its PATH when the
 * block starts (`withStandIns`).
 * @throws RangeError when a parameter's name or value can't be given to a process (`parameterProblem`)
 */
export function blockEnvironment(parts: EnvironmentParts): Record<string, string> {
  for (const [name, value] of Object.entries(parts.parameters)) {
    const problem = parameterProblem(name, value)
    if (problem !== undefined) throw new RangeError(problem)
  }
  const path = parts.base.PATH ?? '/usr/local/bin:/usr/bin:/bin'
  return defined({
    ...withoutUnwanted(parts.base),
    ...quiet,
    ...parts.additions,
    ...parts.parameters,
    KUBECONFIG: parts.kubeconfig ?? parts.additions?.KUBECONFIG ?? parts.base.KUBECONFIG,
    ...(parts.awsProfile !== undefined && { AWS_PROFILE: parts.awsProfile }),
    ...(parts.awsRegion !== undefined && {
      AWS_REGION: parts.awsRegion,
      AWS_DEFAULT_REGION: parts.awsRegion,
    }),
    ...(parts.awsEndpointUrl !== undefined && {
      AWS_ENDPOINT_URL: parts.awsEndpointUrl,
      HANDRAIL_AWS_ENDPOINT_URL: parts.awsEndpointUrl,
    }),
    PATH: [...(parts.toolDirs ?? []), path].join(delimiter),
  })
}

/** Why a parameter can't become an environment variable, as a sentence; undefined when it can. */
export function parameterProblem(name: string, value: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return `The parameter "${name}" can't be an environment variable: letters, digits and _ only, no digit first.`
  }
  if (unwanted.test(name) || reserved.test(name)) {
    return `The parameter ${name} has a name that steers the shell or its tools. Give it another, e.g. MY_${name}.`
  }
  if (value.includes('\0')) return `The value of the parameter ${name} holds a NUL, which no environment can.`
  return undefined
}

/** The same environment with the directory of the stand-ins first on the PATH. */
export function withStandIns(
  environment: Readonly<Record<string, string>>,
  directory: string,
): Record<string, string> {
  const path = environment.PATH
  return { ...environment, PATH: path === undefined ? directory : [directory, path].join(delimiter) }
}

function withoutUnwanted(base: EnvironmentParts['base']): EnvironmentParts['base'] {
  return Object.fromEntries(Object.entries(base).filter(([name]) => !unwanted.test(name)))
}

function defined(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const names = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  return Object.fromEntries(names)
}
