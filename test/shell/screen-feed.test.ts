import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { OutputLine } from '../../src/shell/block.ts'
import { createScreenFeed } from '../../src/shell/screen-feed.ts'
import { createTranscript } from '../../src/shell/transcript.ts'

const limits = { frameMs: 17, frameBytes: 64 * 1024, frameLines: 5, lineCharacters: 40 }

function feedOf(redact = (text: string) => text) {
  const transcript = createTranscript({ headBytes: 1_000, tailBytes: 1_000_000 })
  const batches: (readonly OutputLine[])[] = []
  const feed = createScreenFeed(transcript, redact, (lines) => batches.push(lines), limits)
  const print = (text: string, stream: OutputLine['stream'] = 'stdout') => {
    transcript.append(Buffer.from(text))
    feed.appended(stream)
  }
  const texts = () => batches.map((batch) => batch.map((line) => line.text))
  return { feed, batches, print, texts }
}

describe('the screen', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('gets what was printed, with its streams in order', () => {
    const { print, batches } = feedOf()
    print('one\ntwo\n')
    print('oops\n', 'stderr')
    print('three\n')
    vi.advanceTimersByTime(17)
    expect(batches).toEqual([
      [
        { stream: 'stdout', text: 'one' },
        { stream: 'stdout', text: 'two' },
        { stream: 'stderr', text: 'oops' },
        { stream: 'stdout', text: 'three' },
      ],
    ])
  })

  test('gets at most 60 batches a second, however often the block prints', () => {
    const { print, batches } = feedOf()
    for (let ms = 0; ms < 1_000; ms++) {
      print('line\n')
      vi.advanceTimersByTime(1)
    }
    expect(batches.length).toBeGreaterThan(50)
    expect(batches.length).toBeLessThanOrEqual(60)
  })

  test('gets the newest lines, and is told how many it does not get', () => {
    const { print, texts } = feedOf()
    print('a\n'.repeat(40_000))
    print('1\n2\n3\n4\n')
    vi.advanceTimersByTime(17)
    expect(texts()).toEqual([['… 39,999 lines not shown here …', 'a', '1', '2', '3', '4']])
    print('5\n')
    vi.advanceTimersByTime(17)
    expect(texts()[1]).toEqual(['5'])
  })

  test('counts every line once, shown or not', () => {
    const { print, texts } = feedOf()
    for (let round = 0; round < 50; round++) {
      print(`${'x'.repeat(round)}\n`.repeat(round * 700))
      print('e\n'.repeat(round), 'stderr')
      vi.advanceTimersByTime(10)
    }
    vi.advanceTimersByTime(17)
    const seen = texts()
      .flat()
      .map((text) => Number(/^… ([\d,]+) lines? not/.exec(text)?.[1]?.replaceAll(',', '') ?? 1))
    expect(seen.reduce((sum, lines) => sum + lines, 0)).toBe((49 * 50 * 701) / 2)
  })

  test('gets a prompt, and the same line again when it is finished', () => {
    const { feed, print, batches } = feedOf()
    feed.unfinished('stdout', Buffer.from('Sure? '))
    vi.advanceTimersByTime(17)
    print('Sure? yes\n')
    vi.advanceTimersByTime(17)
    expect(batches).toEqual([
      [{ stream: 'stdout', text: 'Sure? ', unfinished: true }],
      [{ stream: 'stdout', text: 'Sure? yes' }],
    ])
  })

  test('gets the beginning of a very long line', () => {
    const { print, texts } = feedOf()
    print(`${'x'.repeat(1_000)}\n`)
    vi.advanceTimersByTime(17)
    expect(texts()).toEqual([[`${'x'.repeat(40)} … (960 characters more)`]])
  })

  test('gets whole lines masked and cleaned', () => {
    const { print, texts } = feedOf((text) => text.replaceAll('password', '•••'))
    print('pass\x1b[1mword\n')
    vi.advanceTimersByTime(17)
    expect(texts()).toEqual([['•••']])
  })

  test('gets what is left at the end at once', () => {
    const { feed, print, texts } = feedOf()
    print('last words\n')
    feed.finish()
    expect(texts()).toEqual([['last words']])
    vi.advanceTimersByTime(100)
    expect(texts()).toHaveLength(1)
  })
})
