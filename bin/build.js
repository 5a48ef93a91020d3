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
 * What the first frame would otherwise wait for, and what each later one would do anew for rows that have not changed.
 * Each replacement must be found, so that a new version of a package can't undo one without a word.
 */
const speedPatches = [
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
  {
    // Ink takes every row apart into characters and puts it together again in each frame (5 ms at 120×40). Where each
    // row is one text from edge to edge, as all of ours are, what became of the text the last time is the row.
    file: /[/\\]ink[/\\]build[/\\]output\.js$/,
    from: '    get() {\n',
    to: `    get() {
        const rows = Array(this.height).fill('');
        const isWhole = this.operations.every(({ type, x, y, text, transformers }) => {
            if (type !== 'write' || x !== 0 || rows[y] !== '' || text.includes('\\n')) return false;
            rows[y] = wholeRow(transformers.reduce((line, transform) => transform(line, 0), text), this.caches);
            return true;
        });
        if (isWhole) return { output: rows.join('\\n'), height: this.height };
`,
  },
  {
    file: /[/\\]ink[/\\]build[/\\]output\.js$/,
    from: 'class OutputCaches {\n',
    to: `const wholeRows = new Map();
function wholeRow(text, caches) {
    let row = wholeRows.get(text);
    if (row === undefined) {
        row = styledCharsToString(caches.getStyledChars(text)).trimEnd();
        if (wholeRows.size > 2000) wholeRows.clear();
        wholeRows.set(text, row);
    }
    return row;
}
class OutputCaches {
`,
  },
  {
    // Each row's width is measured in each frame as well.
    file: /[/\\]widest-line[/\\]index\.js$/,
    from: 'export default function widestLine(string) {\n',
    to: `const widths = new Map();
export default function widestLine(string) {
  let width = widths.get(string);
  if (width === undefined) {
    width = measured(string);
    if (widths.size > 2000) widths.clear();
    widths.set(string, width);
  }
  return width;
}
function measured(string) {
`,
  },
]

const patchForSpeed = {
  name: 'patch-for-speed',
  setup(bundle) {
    const files = new Map(speedPatches.map(({ file }) => [file.source, file]))
    for (const filter of files.values()) {
      const patches = speedPatches.filter(({ file }) => file.source === filter.source)
      bundle.onLoad({ filter }, async ({ path }) => {
        let contents = await readFile(path, 'utf8')
        for (const { from, to } of patches) {
          if (!contents.includes(from))
            throw new Error(`a patch for speed no longer fits ${path}: look at it again`)
          contents = contents.replace(from, () => to)
        }
        return { contents, loader: 'js' }
      })
    }
  },
}
common.plugins = [noDeveloperTools, patchForSpeed]

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
