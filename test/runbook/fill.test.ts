import { expect, test } from 'vitest'
import { fillBlock } from '../../src/runbook/fill.ts'

const values = { IDLE: 'green', IMAGE: 'api:v2' }

/** The filled text, with `«NAME:value»` for what was filled in. */
const filled = (source: string) =>
  fillBlock(source, values)
    .map(({ text, parameter }) => (parameter === undefined ? text : `«${parameter}:${text}»`))
    .join('')

test.each([
  [
    'kubectl set image deployment/api-$IDLE api=$IMAGE',
    'kubectl set image deployment/api-«IDLE:green» api=«IMAGE:api:v2»',
  ],
  [`echo "api-\${IDLE}-x"`, 'echo "api-«IDLE:green»-x"'],
  ['echo "$(echo $IDLE)" `echo $IDLE`', 'echo "$(echo «IDLE:green»)" `echo «IDLE:green»`'],
  ['cat <<END\nx $IDLE\nEND', 'cat <<END\nx «IDLE:green»\nEND'],
  [`echo "\${OTHER:-$IDLE}"`, `echo "\${OTHER:-«IDLE:green»}"`],
])('values are shown where the shell puts them in: %j', (source, text) => {
  expect(filled(source)).toBe(text)
})

test.each([
  ["echo '$IDLE'"],
  ['echo \\$IDLE "\\$IDLE"'],
  ["cat <<'END'\n$IDLE\nEND"],
  ['# $IDLE'],
  ['echo $IDLER $OTHER $1 $toString'],
  [`echo "\${IDLE%x} \${#IDLE} \${!IDLE} \${IDLE:-x}"`],
  ['IDLE=blue; echo $IDLE'],
  ['for IDLE in a b; do echo $IDLE; done'],
  ['echo "$IDLE'],
  [''],
])('all else stays as it is written: %j', (source) => {
  expect(filled(source)).toBe(source)
})
