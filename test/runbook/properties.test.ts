import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inferEffect } from '../../src/runbook/effects.ts'
import { readFenceInfo } from '../../src/runbook/fence-info.ts'
import { fillBlock } from '../../src/runbook/fill.ts'
import { orderParameters, resolve } from '../../src/runbook/parameters.ts'
import { checkRunbook, parseRunbook } from '../../src/runbook/parse.ts'
import type { Position, Runbook } from '../../src/runbook/runbook.ts'
import { ours } from './read.ts'

/** HANDRAIL_SEED repeats a run; fast-check prints the seed of one that failed. */
const seed = Number(process.env.HANDRAIL_SEED ?? Date.now() % 2 ** 31)
console.log(`seed ${seed}`)

const check = <T extends [unknown, ...unknown[]]>(property: fc.IProperty<T>, numRuns = 400) =>
  fc.assert(property, { seed, numRuns })

/** Text that often means something to the parser: pieces of runbooks, thrown together. */
const pieces = fc.constantFrom(
  ...[
    '---\n',
    'kind: deployment\n',
    'title: T\n',
    'params:\n',
    '  A: 1\n',
    `  B: { computed: "\${A}", from: "echo $B" }\n`,
  ],
  ...[
    '  C: { default: [x, pattern: "(" }\n',
    '+++\n',
    '# T\n',
    '## P\n',
    '### S\n',
    '#### D\n',
    'text\n',
    '\n',
    '> ',
    '1. ',
    '- ',
    '   ',
  ],
  ...[
    '- [ ] a\n',
    '- [x] b\n',
    '```sh\n',
    '```\n',
    '~~~bash verify {timeout=5s}\n',
    '~~~\n',
    '```sh {name=a requires=f provides=f}\n',
  ],
  ...[
    '```sh watch {window=1s}\n',
    '```bash {"name":"a","x":1}\n',
    '```console\n',
    '$ ls \\\n',
    '```sh undo {effect=destroy',
    '}\n',
  ],
  ...[
    'kubectl get pod $A\n',
    "bash -c 'rm x'\n",
    'if true; then\n',
    'fi\n',
    'cat <<E\n',
    'E\n',
    'echo `echo \\`x\\``\n',
    '"',
    "'",
    '\t',
  ],
  ...['<!-- x -->\n', '\r\n', '\r', '\0', '\u2028', '😀', '\uD800', '\uFEFF', '&amp;', '\\'],
)
const markdownish = fc
  .array(
    fc.oneof({ weight: 9, arbitrary: pieces }, { weight: 1, arbitrary: fc.string({ unit: 'binary' }) }),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''))

const shellish = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          'kubectl ',
          'get ',
          'delete ',
          '-n ',
          '--',
          '--dry-run=server ',
          'aws ',
          'rds ',
          'describe-x ',
          'curl ',
          '-X ',
          '-o ',
          'psql -c ',
        ],
        ...[
          '$A',
          `\${A}`,
          '${A:-',
          '"',
          "'",
          '$(',
          ')',
          '`',
          '((',
          '))',
          '{ ',
          '; }',
          ' | ',
          ' && ',
          ' > ',
          ' <<E\n',
          '\nE\n',
          '\n',
          '\\',
          '# ',
        ],
        ...[
          'if ',
          'then ',
          'fi',
          'for x in ',
          'do ',
          'done',
          'case x in ',
          'esac',
          'f() ',
          'bash -c ',
          'xargs ',
          'sudo ',
          'env A=1 ',
          'find . -exec ',
        ],
      ),
      fc.string(),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''))

function positionsOf(runbook: Runbook): readonly Position[] {
  const steps = runbook.phases.flatMap((phase) => phase.steps)
  return [
    ...runbook.parameters.map((parameter) => parameter.position),
    ...steps.flatMap((step) => [
      step.position,
      ...step.checklist.map((item) => item.position),
      ...[step.command, step.verify, step.undo, step.watch].flatMap((block) =>
        block === undefined ? [] : [block.position],
      ),
    ]),
  ]
}

function inside(source: string, { line, column }: Position): boolean {
  const text = source.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)[line - 1]
  return text !== undefined && column >= 1 && column <= text.length + 1
}

test('any text whatever is a runbook or a list of problems, all with places inside the file', () => {
  check(
    fc.property(fc.oneof(markdownish, fc.string({ unit: 'binary', maxLength: 200 })), (source) => {
      const parsed = parseRunbook(source, 'x.md')
      const problems = parsed.ok ? parsed.warnings : parsed.problems
      const positions = [
        ...problems.map((problem) => problem.position),
        ...(parsed.ok ? positionsOf(parsed.runbook) : []),
      ]
      expect(positions.filter((position) => !inside(source, position))).toEqual([])
      expect(parsed.ok).toBe(problems.every((problem) => problem.severity === 'warning'))
    }),
    1500,
  )
})

test('problems stand in the order of the file, and each says how to mend it', () => {
  check(
    fc.property(markdownish, (source) => {
      const problems = checkRunbook(source, 'x.md')
      const places = problems.map(({ position }) => position.line * 1e6 + position.column)
      expect(places).toEqual(places.toSorted((a, b) => a - b))
      for (const { message, mend } of problems) {
        expect(message.length).toBeGreaterThan(0)
        expect(mend).toMatch(/[.]$/)
      }
    }),
  )
})

test('ids are unique, every phase has a step, and every step has something to do', () => {
  check(
    fc.property(markdownish, (body) => {
      const parsed = parseRunbook(`# T\n\`\`\`sh\nls\n\`\`\`\n${body}`, 'x.md')
      if (!parsed.ok) return
      const steps = parsed.runbook.phases.flatMap((phase) => phase.steps)
      const ids = steps.map((step) => step.id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(parsed.runbook.phases.every((phase) => phase.steps.length > 0)).toBe(true)
      expect(
        steps.every(
          (step) => step.command !== undefined || step.watch !== undefined || step.checklist.length > 0,
        ),
      ).toBe(true)
    }),
  )
})

test('the same source is the same runbook', () => {
  check(
    fc.property(markdownish, (source) => {
      expect(parseRunbook(source, 'x.md')).toEqual(parseRunbook(source, 'x.md'))
    }),
    100,
  )
})

const anyBlock = fc
  .array(
    fc.string({ unit: 'grapheme' }).filter((line) => !/[\r\n\0`]|^\s*$|^\$ /.test(line)),
    { minLength: 1, maxLength: 5 },
  )
  .map((lines) => lines.join('\n'))

test('a block of ours reaches the runbook as it is written', () => {
  check(
    fc.property(anyBlock, (source) => {
      const parsed = parseRunbook(ours(`## P\n\`\`\`sh\n${source}\n\`\`\`\n`), 'x.md')
      // In a runbook of ours what is no valid shell is refused.
      fc.pre(parsed.ok)
      expect(parsed.ok && parsed.runbook.phases[0]?.steps[0]?.command?.source).toBe(source)
    }),
  )
})

test('of a block that nobody wrote for Handrail no line is lost, in whatever steps it is carried out', () => {
  check(
    fc.property(anyBlock, (source) => {
      const parsed = parseRunbook(`## P\n\`\`\`sh\n${source}\n\`\`\`\n`, 'x.md')
      const steps = parsed.ok ? parsed.runbook.phases.flatMap((phase) => phase.steps) : []
      const pieces = steps.map(({ command }) => command?.written?.text ?? command?.source ?? '')
      const kept = (text: string) => text.split('\n').map((line) => line.trimEnd())
      expect(pieces.flatMap(kept)).toEqual(kept(source))
    }),
  )
})

test('the effect of any text is found without a throw, and a command that destroys is never lost', () => {
  check(
    fc.property(shellish, (source) => {
      const { effect, faults, commands } = inferEffect(source)
      expect(['read', 'change', 'destroy']).toContain(effect)
      for (const { offset } of faults) expect(offset >= 0 && offset <= source.length).toBe(true)
      if (faults.length > 0) expect(effect).not.toBe('read')
      if (commands.some((command) => command.effect === 'destroy')) expect(effect).toBe('destroy')
      expect(inferEffect(`rm x\n${source}`).effect).toBe('destroy')
    }),
    1000,
  )
})

test('a filled block is its source where no parameter is named', () => {
  check(
    fc.property(
      shellish,
      fc.dictionary(fc.constantFrom('X1', 'Y2', 'toString'), fc.string()),
      (source, values) => {
        fc.pre(!/X1|Y2/.test(source))
        expect(
          fillBlock(source, values)
            .map((segment) => segment.text)
            .join(''),
        ).toBe(source)
      },
    ),
    1000,
  )
})

test('a filled block, its values taken out again, is its source', () => {
  check(
    fc.property(shellish, fc.string(), (source, value) => {
      const segments = fillBlock(source, { A: value })
      const [first, ...rest] = segments.map((segment) =>
        segment.parameter === undefined ? segment.text : undefined,
      )
      const pattern = [first, ...rest]
        .map((text) => (text === undefined ? '\\$(A|\\{A\\})' : text.replace(/[^\w\s]/g, String.raw`\$&`)))
        .join('')
      expect(source).toMatch(new RegExp(`^${segments.length === 0 ? '' : pattern}$`))
    }),
    1000,
  )
})

test('the words of any fence lie inside its line', () => {
  check(
    fc.property(
      fc.string().filter((text) => !/[\r\n]/.test(text)),
      fc.nat(20),
      (text, column) => {
        const { words, attributes, faults } = readFenceInfo(text, column + 1)
        for (const word of [...words, ...faults, ...attributes.flatMap(({ key, value }) => [key, value])]) {
          expect(word.column).toBeGreaterThan(column)
          expect(word.column).toBeLessThanOrEqual(column + 1 + text.length)
        }
      },
    ),
    1000,
  )
})

test('whatever parameters use of each other, the order has each once, after those it is made from', () => {
  const names = ['A', 'B', 'C', 'D', 'E']
  const graph = fc.tuple(...names.map((_, index) => fc.subarray(names.slice(0, index))))
  check(
    fc.property(graph, fc.shuffledSubarray(names, { minLength: 5 }), (uses, declared) => {
      const parameters = declared.map((name) => {
        const used = uses[names.indexOf(name)] ?? []
        return { name, uses: used, sources: [], secret: false, position: { file: '', line: 1, column: 1 } }
      })
      const order = orderParameters({ parameters }).map((parameter) => parameter.name)
      expect(order.toSorted()).toEqual(names)
      for (const { name, uses } of parameters) {
        for (const used of uses) expect(order.indexOf(used)).toBeLessThan(order.indexOf(name))
      }
    }),
  )
})

test('stepping through a parameter comes to an end, and never with a value that may not be', () => {
  const value = fc.constantFrom('a', 'b', 'z', '')
  const failure = fc.constantFrom('fails', 'refused', 'nobody')
  check(
    fc.property(
      fc.subarray(['env', 'command', 'ask', 'default'] as const),
      value,
      fc.option(value),
      failure,
      (kinds, text, given, how) => {
        const sources = kinds.map((kind) =>
          kind === 'env'
            ? { kind, variable: 'V' }
            : kind === 'command'
              ? { kind, command: 'c' }
              : kind === 'ask'
                ? { kind, question: 'q' }
                : { kind, value: text },
        )
        const parameter = {
          name: 'X',
          sources,
          oneOf: ['a', 'b'],
          uses: [],
          secret: false,
          position: { file: '', line: 1, column: 1 },
        }
        const known = { given: given === null ? {} : { X: given }, env: { V: text }, known: {} }
        let tried: Parameters<typeof resolve>[1]['tried'] = []
        for (let step = 0; step < 10; step++) {
          const next = resolve(parameter, { ...known, tried })
          if (next.kind === 'value') expect(['a', 'b']).toContain(next.value)
          if (next.kind === 'value' || next.kind === 'missing') return
          const kind = next.kind === 'run' ? ('command' as const) : ('ask' as const)
          tried = [...tried, { kind, why: how, refused: how === 'refused' && kind === 'command' }]
        }
        throw new Error('no end')
      },
    ),
  )
})
