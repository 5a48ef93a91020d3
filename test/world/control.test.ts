import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { answerAsks } from '../../src/world/control.ts'

/** What is answered to these lines, after which the input ends. */
async function answers(...lines: readonly string[]): Promise<readonly unknown[]> {
  const input = new PassThrough()
  const output = new PassThrough()
  const ended = Promise.withResolvers<void>()
  answerAsks({
    input,
    output,
    answers: {
      state: () => ({ phase: 'before' }),
      slow: () => new Promise((resolve) => setTimeout(() => resolve('at last'), 50)),
      save: ({ file }) => `saved to ${String(file)}`,
      broken: () => {
        throw new Error('the disk is full')
      },
    },
    onEnd: ended.resolve,
  })
  const said = new Promise<string>((resolve) => {
    let seen = ''
    output.setEncoding('utf8').on('data', (chunk: string) => {
      seen += chunk
      if (seen.split('\n').length > lines.filter((line) => line !== '').length) resolve(seen)
    })
  })
  input.write(lines.map((line) => `${line}\n`).join(''))
  const seen = await said
  input.end()
  await ended.promise
  output.end()
  await text(output)
  return seen
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
}

test('questions are answered in their order, however long one takes', async () => {
  expect(await answers('{"ask":"slow"}', '', '{"ask":"state"}', '{"ask":"save","file":"/tmp/x"}')).toEqual([
    { answer: 'slow', value: 'at last' },
    { answer: 'state', value: { phase: 'before' } },
    { answer: 'save', value: 'saved to /tmp/x' },
  ])
})

test('what can’t be answered is refused with why, and the next question is answered', async () => {
  expect(await answers('{"ask":"broken"}', 'nonsense', '{"ask":"__proto__"}', '{"ask":"state"}')).toEqual([
    { answer: 'broken', refused: 'the disk is full' },
    { answer: '', refused: 'this is no question: nonsense' },
    { answer: '__proto__', refused: '"__proto__" can\'t be asked; what can: state, slow, save, broken' },
    { answer: 'state', value: { phase: 'before' } },
  ])
})
