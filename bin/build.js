/** Bundles each entry into dist/: one file to start from, and chunks that are loaded when a command needs them. */
import { rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
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
  // libpg-query reads its WASM from beside itself.
  external: ['pg-native', 'libpg-query'],
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

/**
 * What the first frame would otherwise wait for. Each replacement must be found, so that a new version of a package
 * can't undo one without a word.
 */
const startupPatches = [
  {
    // Yoga reads its WASM, which is in the file, through fetch(): that alone loads all of undici (20 ms).
    file: /yoga-wasm-base64-esm\.js$/,
    from: '"function"!=typeof fetch?',
    to: 'true?',
  },
  {
    // The table of all emoji is compiled at the first character that isn't plain text (17 ms), also for the lines that
    // boxes are drawn with. No single character below U+231A or between U+2400 and U+25FC is an emoji by itself.
    file: /[/\\]string-width[/\\]index\.js$/,
    from: 'const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;',
    to: `const rgiEmojiRegex = { test: (segment) => (segment.length !== 1 || (segment >= '\\u231a' && (segment < '\\u2400' || segment > '\\u25fc'))) && /^\\p{RGI_Emoji}$/v.test(segment) };`,
  },
]

const patchStartup = {
  name: 'patch-startup',
  setup(bundle) {
    for (const { file, from, to } of startupPatches) {
      bundle.onLoad({ filter: file }, async ({ path }) => {
        const text = await readFile(path, 'utf8')
        if (!text.includes(from))
          throw new Error(`the start-up patch no longer fits ${path}: look at it again`)
        return { contents: text.replace(from, () => to), loader: 'js' }
      })
    }
  },
}
common.plugins = [noDeveloperTools, patchStartup]

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true })
await Promise.all([
  build({
    ...common,
    entryPoints: { handrail: 'src/main.ts' },
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  }),
  build({ ...common, entryPoints: { world: 'src/world/main.ts' } }),
  // Started once for each command of a runbook: as CommonJS it starts a fifth sooner.
  build({
    ...common,
    format: 'cjs',
    banner: {},
    entryPoints: { 'stand-in': 'src/shell/stand-in.ts' },
    outExtension: { '.js': '.cjs' },
  }),
])
