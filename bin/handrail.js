#!/usr/bin/env node
// Starts Handrail. Written for any Node that may meet it: an older one hands over to the pinned one.
import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PINNED_MAJOR = 24
const here = dirname(fileURLToPath(import.meta.url))
const program = join(here, '..', 'dist', 'handrail.js')

/** The Node that package-lock.json pins for this machine, or undefined where npm has none for it. */
function pinnedNode() {
  const { platform, arch } = process
  const require = createRequire(import.meta.url)
  for (const name of [`node-${platform}-${arch}`, `node-bin-${platform}-${arch}`]) {
    try {
      const node = join(dirname(require.resolve(`${name}/package.json`)), 'bin', 'node')
      if (existsSync(node)) return node
    } catch {
      // Not installed for this platform: the next name, or none.
    }
  }
  return undefined
}

/** Runs this launcher again on the pinned Node, as if it were this process. */
async function handOver(node) {
  const { spawn } = await import('node:child_process')
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  // The terminal sends its signals to the child as well; the others are passed on.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

async function build(node) {
  const { spawnSync } = await import('node:child_process')
  process.stderr.write('handrail: building once…\n')
  const built = spawnSync(node, [join(here, 'build.js')], { stdio: ['ignore', 2, 2] })
  if (built.status !== 0) {
    process.stderr.write('handrail: the build failed. Run `npm ci` and try again.\n')
    process.exit(1)
  }
}

const major = Number(process.versions.node.split('.')[0])
if (major >= PINNED_MAJOR) {
  if (!existsSync(program)) await build(process.execPath)
  nodeModule.enableCompileCache?.(join(here, '..', 'dist', '.cache'))
  await import(program)
} else {
  const node = pinnedNode()
  if (node === undefined) {
    process.stderr.write(
      `handrail: Node ${process.versions.node} is too old, and no pinned Node is installed beside Handrail.\n` +
        `Run \`npm ci\` in ${dirname(here)}, or use Node ${PINNED_MAJOR} or newer.\n`,
    )
    process.exit(1)
  }
  await handOver(node)
}
