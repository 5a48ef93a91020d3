import { expect, test } from 'vitest'
import { steady, withoutOutput } from './steady.ts'

test.each([
  ['a port', 'at 127.0.0.1:44107/loanserve', 'at 127.0.0.1:37/loanserve'],
  ['a time of day', 'ran 2026-11-23 21:36Z by tess@vm', 'ran 2027-01-01 01:00Z by root@a.longer.name'],
  ['a time without a date', 'seen 21:36:02 twice', 'seen 09:00:00 twice'],
  ['the id of a run', ' 2026-11-30-0203-deploy-rcdk  left', ' 2027-01-02-1159-deploy-b4xz  left'],
  ['the end of the name of a pod', '  5d54bb977-js6sh   Running', '  5d54bb977-xzkqk   Running'],
  [
    'how long it takes by now',
    'PRACTICE  practice / loanserve  0:18 ',
    'PRACTICE  practice / loanserve  9:59 ',
  ],
  ['how old news is', 'Service api-main        now', 'Service api-main    8 s ago'],
  ['how long something runs', 'running for 4.2 s     │ x', 'running for 12 s      │ x'],
  ['a latency', '│  ✓ health 200 in 5 ms   │', '│  ✓ health 200 in 575 ms │'],
  ['the course of a latency', '│    ▇▆▆▅▄▅▆▆ 71 ms', '│    █ 575 ms'],
  ['the course of a check', '│    ✓ database     ▁▁▁▁▁▂ 16 ms', '│    ✓ database           ▁ 0 ms'],
  [
    'the strip of a narrow screen',
    ' ✓ health 200 in 52 ms █▄▆▅  ✓ database 1 ms  ✓ pay…',
    ' ✓ health 200 in 112 ms █  ✓ database 11 ms  ✓ paymen…',
  ],
  ['usage', '│  usage blue 21m CPU, 197Mi', '│  usage blue 1.5 CPU, 9Mi'],
  ['requests', '0 % of 63 requests', '0 % of 1292 requests'],
  ['how long a gate is open', '│ gate open for 0 of 20 s  │', '│ gate open for 11 of 20 s │'],
  ['samples', '│ ●       │', '│ ●●●     │'],
  ['a bar that moves', '│ ██░░░░░░ │', '│ ██████░░ │'],
])('%s is the same in every run', (_, one, other) => {
  expect(steady([one])).toEqual(steady([other]))
})

test('columns and borders stay in line, whatever the width of what is replaced', () => {
  const rows = ['✓ health 200 in 101 ms   │ running for 9.3 s', '✓ health 200 in 9 ms     │ running for 12 s']
  expect(steady(rows)).toEqual([
    '✓ health 200 in # ms     │ running for # s',
    '✓ health 200 in # ms     │ running for # s',
  ])
})

test('the duration of a step is at the right of its pane, and its title is cut as if all were as wide', () => {
  const rows = [
    ' ✓ See the plan        0.7s │ a',
    ' ✓ See the plan         12s │ a',
    ' ✓ See the plan       2m05s │ a',
    ' ✓ Add what the new v… 2.5s │ a',
    ' ✓ Add what the new ve… 25s │ a',
    ' ✓ Add what the new … 1m25s │ a',
  ]
  const plan = ' ✓ See the plan          #s │ a'
  const add = ' ✓ Add what the new …    #s │ a'
  expect(steady(rows)).toEqual([plan, plan, plan, add, add, add])
})

test('what a person reads is left alone', () => {
  const rows = [
    ' ▸ Ship the image                step 10 of 28 │ ██████████ 3/3 ready',
    ' 5  See what runs now   ○ READS │ 3 endpoints get traffic',
    ' IMAGE  loanserve/api:v1.2.3  given │ 0001_keep_legacy_status_in_step.sql',
    ' crash-loop   About 5 minutes. │ 0 bad so far; one more trips it',
  ]
  expect(steady(rows)).toEqual(rows)
})

test('what is steady stays as it is', () => {
  const once = steady([' ✓ See the plan   0.7s │ at 127.0.0.1:5432 in 12 ms', '0 % of 63 requests'])
  expect(steady(once)).toEqual(once)
})

test('without output a pane is empty below the rule that says so, and nothing else is', () => {
  expect(
    withoutOutput([
      ' a │ way back     │ pods',
      ' b │ ── output ─── │ pods',
      ' c │ said          │ more',
      ' d │ much',
      '────────────────────',
      ' q  leave',
    ]),
  ).toEqual([
    ' a │ way back     │ pods',
    ' b │ ── output ─── │ pods',
    ' c │               │ more',
    ' d │',
    '────────────────────',
    ' q  leave',
  ])
  expect(withoutOutput(['no output here'])).toEqual(['no output here'])
})
