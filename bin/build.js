/** Bundles each entry into dist/: one file to start from, and chunks that are loaded when a command needs them. */
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** CommonJS packages inside an ES module bundle still call `require` for Node's own modules. */
const requireBanner =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);"

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  outdir: 'dist',
  banner: { js: requireBanner },
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  external: ['pg-native'],
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
}

/** Ink imports its developer tools under DEV alone; the package isn't installed, so an empty one stands in. */
const noDeveloperTools = {
  name: 'no-developer-tools',
  setup(bundle) {
    bundle.onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: 'none', namespace: 'none' }))
    bundle.onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'export default {}' }))
  },
}
common.plugins = [noDeveloperTools]

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true })
await Promise.all([
  build({ ...common, entryPoints: { handrail: 'src/main.ts' }, splitting: true, chunkNames: 'chunks/[name]-[hash]' }),
  build({ ...common, entryPoints: { world: 'src/world/main.ts' } }),
  build({ ...common, entryPoints: { 'stand-in': 'src/shell/stand-in.ts' } }),
])
