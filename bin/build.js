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
  minifyWhitespace: true,
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

/** Signs of one cell each that join with nothing beside them: all that our screens are drawn with, and most languages. */
const narrow =
  '\\u0020-\\u007E\\u00A1-\\u00AC\\u00AE-\\u00FF\\u2010-\\u2027\\u2039\\u203A\\u2190-\\u2319\\u2500-\\u25FC\\u2713\\u2717'

/** What segments text loads ICU's tables (5 ms each): when the first text comes that isn't `narrow`, not before. */
const lazySegmenter = (file, name, options) => ({
  file,
  from: `const ${name} = new Intl.Segmenter(${options});`,
  to: `let real; const ${name} = { segment: (text) => (real ??= new Intl.Segmenter(${options})).segment(text) };`,
})

/** A regular expression with properties of Unicode is compiled where it is written, at load: likewise. */
const lazyPattern = (file, name, pattern) => ({
  file,
  from: `const ${name} = ${pattern};`,
  to: `let ${name}Made; const ${name} = {
    get made() { return (${name}Made ??= ${pattern}); },
    test(text) { return this.made.test(text); },
    [Symbol.search](text) { return text.search(this.made); },
    [Symbol.match](text) { return text.match(this.made); },
  };`,
})

const stringWidth = /[/\\]string-width[/\\]index\.js$/
const grapheme = `undefined, {granularity: 'grapheme'}`
const spacedGrapheme = `undefined, { granularity: 'grapheme' }`

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
    // It decodes it a character at a time.
    file: /yoga-wasm-base64-esm\.js$/,
    from: 'if(ua(a))try{',
    to: 'if(ua(a))return Buffer.from(a.slice(37),"base64");if(ua(a))try{',
  },
  lazySegmenter(stringWidth, 'segmenter', ''),
  lazyPattern(
    stringWidth,
    'visibleCharacterRegex',
    String.raw`/[^\p{Default_Ignorable_Code_Point}\p{Control}\p{Format}\p{Nonspacing_Mark}\p{Enclosing_Mark}\p{Surrogate}]/v`,
  ),
  lazyPattern(stringWidth, 'spacingMarkRegex', String.raw`/\p{Spacing_Mark}/v`),
  lazyPattern(stringWidth, 'rgiEmojiRegex', String.raw`/^\p{RGI_Emoji}$/v`),
  lazyPattern(stringWidth, 'extendedPictographicRegex', String.raw`/\p{Extended_Pictographic}/gu`),
  {
    file: stringWidth,
    from: String.raw`if (/^[\u0020-\u007E]*$/.test(string)) {`,
    to: `if ((ambiguousIsNarrow ? /^[${narrow}]*$/ : /^[\\u0020-\\u007E]*$/).test(string)) {`,
  },
  lazySegmenter(/[/\\]wrap-ansi[/\\]index\.js$/, 'segmenter', ''),
  lazySegmenter(/[/\\]slice-ansi[/\\]tokenize-ansi\.js$/, 'GRAPHEME_SEGMENTER', grapheme),
  lazySegmenter(
    /[/\\]ansi-tokenize[/\\]build[/\\]tokenize\.js$/,
    'segmenter',
    spacedGrapheme.replaceAll("'", '"'),
  ),
  lazySegmenter(/[/\\]ink[/\\]build[/\\]line-update\.js$/, 'segmenter', spacedGrapheme),
  {
    // Where a changed row begins to differ is counted in cells: a character each in what our screens are drawn with.
    file: /[/\\]ink[/\\]build[/\\]line-update\.js$/,
    from: 'const printableAscii = /^[ -~]*$/u;',
    to: `const printableAscii = /^[${narrow}]*$/;`,
  },
  {
    // Ink takes every row apart into characters and puts it together again in each frame (5 ms at 120×40). Where each
    // row is one text from edge to edge, as all of ours are, the row is that text.
    file: /[/\\]ink[/\\]build[/\\]output\.js$/,
    from: '    get() {\n',
    to: `    get() {
        const rows = Array(this.height).fill('');
        const isWhole = this.operations.every(({ type, x, y, text, transformers }) => {
            if (type !== 'write' || x !== 0 || rows[y] !== '' || text.includes('\\n')) return false;
            rows[y] = transformers.reduce((line, transform) => transform(line, 0), text).trimEnd();
            return true;
        });
        if (isWhole) return { output: rows.join('\\n'), height: this.height };
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
  {
    // Loads all of node:assert (3 ms) for one comparison that TypeScript makes for us.
    file: /[/\\]signal-exit[/\\]index\.js$/,
    from: "var assert = require('assert')",
    to: 'var assert = { equal: () => {} }',
  },
  {
    // node:child_process is for terminals that don't tell their size.
    file: /[/\\]terminal-size[/\\]index\.js$/,
    from: "import {execFileSync} from 'node:child_process';",
    to: "const execFileSync = (...given) => process.getBuiltinModule('node:child_process').execFileSync(...given);",
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
