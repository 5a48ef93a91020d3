import { expect, test } from 'vitest'
import { run } from './room.ts'

/** What a script prints and ends with, in a shell of the application's image. */
async function sh(script: string, stdin = ''): Promise<readonly [string, number]> {
  const { out, code } = await run(['sh', '-c', script], { stdin })
  return [out, code]
}

// Each pair was printed by dash 0.5.12.
const prints: readonly (readonly [script: string, out: string, code?: number])[] = [
  ['echo a  b "c  d"', 'a b c  d\n'],
  ['false || echo no; true && echo yes', 'no\nyes\n'],
  ['false; echo $?', '1\n'],
  ['exit 3', '', 3],
  ['(exit 4); echo $?', '4\n'],
  ['nosuch; echo $?', '127\n'],
  ['! true; echo $?', '1\n'],
  ['X="a  b"; echo $X; echo "$X"; echo \'$X\'', 'a b\na  b\n$X\n'],
  ['echo \x24{X:-none} \x24{#HOME} \x24{Y-}', 'none 0\n'],
  ['F=/a/b.tar.gz; echo \x24{F##*/} \x24{F%.gz} \x24{F%%.*}', 'b.tar.gz /a/b.tar /a/b\n'],
  ['echo $((2 + 3 * 4)) $((7 / 2)) $((7 % 2))', '14 3 1\n'],
  ['N=1; N=$((N + 1)); echo $N', '2\n'],
  ['echo $(echo in; echo ner)', 'in ner\n'],
  ['printf "%s-%d\\n" a 1 b 2', 'a-1\nb-2\n'],
  ['cat /data/a.txt | grep t | wc -l', '2\n'],
  ['for i in 1 2 3; do echo $i; done | tail -n 1', '3\n'],
  ['i=0; while [ $i -lt 3 ]; do i=$((i+1)); done; echo $i', '3\n'],
  ['i=0; until [ $i -ge 2 ]; do i=$((i+1)); done; echo $i', '2\n'],
  ['for i in 1 2 3; do [ $i = 2 ] && continue; [ $i = 3 ] && break; echo $i; done', '1\n'],
  ['if [ -f /data/a.txt ]; then echo yes; elif true; then echo never; else echo no; fi', 'yes\n'],
  ['case abc in x|y) echo 1;; a*) echo 2;; *) echo 3;; esac', '2\n'],
  ['f() { echo "f $1 $#"; return 5; }; f x y; echo $?', 'f x 2\n5\n'],
  ['set -- a "b c"; for w in "$@"; do echo "[$w]"; done', '[a]\n[b c]\n'],
  ['echo hidden > /dev/null; echo e 2>/dev/null >&2; echo shown', 'shown\n'],
  ['echo x > /tmp/f; echo y >> /tmp/f; cat < /tmp/f', 'x\ny\n'],
  ['cat <<EOF\nhi $((1 + 1))\nEOF', 'hi 2\n'],
  ["cat <<'EOF'\nhi $X\nEOF", 'hi $X\n'],
  ['cd /data; pwd; echo *.txt', '/data\na.txt b.txt\n'],
  ['echo /nowhere/*.txt', '/nowhere/*.txt\n'],
  ['set -e; false; echo never', '', 1],
  ['set -e; if false; then :; fi; false || true; echo reached', 'reached\n'],
  ['A=1 env | grep ^A=', 'A=1\n'],
  ["export B=2; sh -c 'echo $B $0 $1' name arg", '2 name arg\n'],
  ['eval "echo a; echo b"', 'a\nb\n'],
  ['trap "echo bye" EXIT; echo hi', 'hi\nbye\n'],
  ['yes | head -n 2', 'y\ny\n'],
  ['echo "a b" | while read x y; do echo "$y $x"; done', 'b a\n'],
]

for (const [script, out, code = 0] of prints)
  test(`sh -c ${JSON.stringify(script)}`, async () => {
    expect(await sh(script)).toEqual([out, code])
  })

test('a script can ask what the image has', async () => {
  const script = 'command -v grep >/dev/null && echo has; command -v psql || echo lacks'
  expect(await sh(script)).toEqual(['has\nlacks\n', 0])
})

test('complaints name the shell, and the command that wasn’t found', async () => {
  expect((await run(['sh', '-c', 'nosuch'])).err).toBe('sh: 1: nosuch: not found\n')
  expect((await run(['sh', '-c', 'cat < /nowhere'])).err).toBe("sh: can't open /nowhere: no such file\n")
})

test('a script that isn’t one is refused with 2', async () => {
  const { code, err } = await run(['sh', '-c', 'if true; then'])
  expect(code).toBe(2)
  expect(err).toMatch(/^sh: 1: Syntax error: /)
})

test('the parts of a pipeline run at the same time', async () => {
  const { ms, out } = await run(['sh', '-c', '(sleep 2; echo a) | (sleep 2; cat)'])
  expect([out, ms]).toEqual(['a\n', 2000])
})

test('a script can come on stdin', async () => {
  expect(await run(['sh'], { stdin: 'echo 1\nexit 2\n' })).toMatchObject({ out: '1\n', code: 2 })
})

test('a loop that waits for nothing lets the world go on', async () => {
  const { ms } = await run(['sh', '-c', 'i=0; while [ $i -lt 500 ]; do i=$((i+1)); done'])
  expect(ms).toBeGreaterThan(0)
})
