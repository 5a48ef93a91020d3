import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { BlockNotStarted } from '../../src/shell/run-block.ts'
import { environment, groupOf, isAlive, quickLimits, standInDirectories, start, until } from './blocks.ts'

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'block-test-')))
afterAll(() => rmSync(directory, { recursive: true }))

const exited = (code: number) => ({ kind: 'exited', code })

describe('a block', () => {
  test('gives its exit code, its output and how long it took', async () => {
    const block = await start('echo out; echo err >&2; exit 7')
    const result = await block.result
    expect(result).toMatchObject({ outcome: exited(7), printedBytes: 8 })
    expect(result.output.split('\n').toSorted()).toEqual(['', 'err', 'out'])
    expect(result.durationMs).toBeGreaterThan(0)
    expect(block.lines).toContainEqual({ stream: 'stdout', text: 'out' })
    expect(block.lines).toContainEqual({ stream: 'stderr', text: 'err' })
  })

  test('stops at the first command that fails', async () => {
    const { outcome, output } = await (await start('echo one\nfalse\necho two')).result
    expect(outcome).toEqual(exited(1))
    expect(output).toBe('one\n')
  })

  test('fails where a parameter is not set, naming it and its line', async () => {
    const { outcome, output } = await (await start('echo one\necho "$NOT_SET"')).result
    expect(outcome).toEqual(exited(1))
    expect(output).toBe('one\nbash: line 2: NOT_SET: unbound variable\n')
  })

  test('fails when a command in the middle of a pipe does', async () => {
    expect(await (await start('false | cat')).result).toMatchObject({ outcome: exited(1) })
    expect(await (await start('yes | head -1')).result).toMatchObject({ outcome: exited(141), output: 'y\n' })
  })

  test('gets its parameters by the environment, so that a value is never code', async () => {
    const value = `$(touch ${directory}/pwned) "quoted" 'too' ; exit 9 \n second line \\ * \``
    const block = await start('printf "%s" "$VALUE" > "$TARGET"', {
      env: environment({ VALUE: value, TARGET: join(directory, 'value') }),
    })
    expect(await block.result).toMatchObject({ outcome: exited(0) })
    expect(readFileSync(join(directory, 'value'), 'utf8')).toBe(value)
    expect(() => readFileSync(join(directory, 'pwned'))).toThrow()
  })

  test('is run as it is written, with any quotes, backslashes, here documents and template marks', async () => {
    const source =
      "cat <<'END'\n$HOME `date` $'a' \\n \\\\ \"double\" 'single' $(id) %s !\nEND\nprintf '%s\\n' 'last'"
    const { output } = await (await start(source)).result
    expect(output).toBe("$HOME `date` $'a' \\n \\\\ \"double\" 'single' $(id) %s !\nlast\n")
  })

  test('may be longer than an argument can be', async () => {
    const source = `cat > "$TARGET" <<'END'\n${'0123456789abcdef\n'.repeat(20_000)}END\nwc -c < "$TARGET"; false; echo no`
    const block = await start(source, { env: environment({ TARGET: join(directory, 'long') }) })
    expect(await block.result).toMatchObject({ outcome: exited(1), output: '340000\n' })
  })

  test('runs where it is told to', async () => {
    expect(await (await start('pwd', { cwd: directory })).result).toMatchObject({ output: `${directory}\n` })
  })

  test('runs under the interpreter that it names', async () => {
    const source = 'import sys\nprint("it\'s", sys.version_info[0])\nsys.exit(3)'
    const block = await start(source, { interpreter: 'python3 -u' })
    expect(await block.result).toMatchObject({ outcome: exited(3), output: "it's 3\n" })
  })

  test('keeps its safety under bash by another name', async () => {
    for (const interpreter of ['/bin/bash', '/usr/bin/env bash']) {
      const { outcome, output } = await (await start('false; echo no', { interpreter })).result
      expect({ outcome, output }).toEqual({ outcome: exited(1), output: '' })
    }
  })

  test('reads nothing from the keyboard', async () => {
    expect(await (await start('read -r answer; echo "$answer"')).result).toMatchObject({ outcome: exited(1) })
    expect(
      await (await start('cat; (echo hi > /dev/tty) 2>/dev/null || echo no terminal')).result,
    ).toMatchObject({
      output: 'no terminal\n',
    })
  })

  test('can open its outputs anew, as tee /dev/stderr does', async () => {
    const { outcome, output } = await (
      await start('echo hi | tee /dev/stderr > /dev/null; echo ho > /dev/stdout')
    ).result
    expect(outcome).toEqual(exited(0))
    expect(output.split('\n').toSorted()).toEqual(['', 'hi', 'ho'])
  })

  test('tells the signal that ended it', async () => {
    expect(await (await start('kill -SEGV $$')).result).toMatchObject({
      outcome: { kind: 'signalled', signal: 'SIGSEGV' },
    })
  })

  test('is masked and cleaned in what is kept and in what is shown', async () => {
    const block = await start('printf "\\033[31mpassword \\033]0;x\\007is hunter2\\n"', {
      redact: (text) => text.replaceAll('hunter2', '•••'),
    })
    expect(await block.result).toMatchObject({ output: 'password is •••\n' })
    expect(block.lines).toEqual([{ stream: 'stdout', text: 'password is •••' }])
  })

  test('shows and keeps nothing that could not be masked', async () => {
    const block = await start('echo hunter2', {
      redact: () => {
        throw new Error('no key')
      },
    })
    const { output } = await block.result
    expect(output + JSON.stringify(block.lines)).not.toContain('hunter2')
    expect(output).toContain('could not be masked: no key')
  })

  test('shows a prompt before it is answered, and characters that arrive in halves', async () => {
    const [first, second] = [join(directory, 'first'), join(directory, 'second')]
    const source = [
      'mkfifo "$FIRST" "$SECOND"',
      'printf "Sure \\360\\237"; read -r _ < "$FIRST"',
      'printf "\\232\\200? "; read -r _ < "$SECOND"',
      'echo yes',
    ].join('\n')
    const block = await start(source, { env: environment({ FIRST: first, SECOND: second }) })
    await block.shows('Sure')
    writeFileSync(first, 'go\n')
    await block.shows('Sure 🚀?')
    expect(block.lines.at(-1)).toEqual({ stream: 'stdout', text: 'Sure 🚀? ', unfinished: true })
    writeFileSync(second, 'go\n')
    expect(await block.result).toMatchObject({ output: 'Sure 🚀? yes\n' })
    expect(block.lines.at(-1)).toEqual({ stream: 'stdout', text: 'Sure 🚀? yes' })
  })

  test('goes on when the screen fails, and says so', async () => {
    const block = await start('echo one; echo two', {
      onOutput: () => {
        throw new Error('no screen')
      },
    })
    expect(await block.result).toMatchObject({
      outcome: exited(0),
      output: 'one\ntwo\nhandrail: the output could not be shown: no screen\n',
    })
  })

  test('leaves no directory of its stand-ins behind', async () => {
    const before = new Set(standInDirectories())
    const block = await start('dirname "$(command -v kubectl)"')
    const { output } = await block.result
    expect(output).toMatch(/handrail-\w{6}\n$/)
    expect(before.has(output.trim())).toBe(false)
    expect(standInDirectories().map((name) => join(tmpdir(), name))).not.toContain(output.trim())
  })
})

describe('a block that can not be started', () => {
  test('says that its directory is not there', async () => {
    await expect(start('true', { cwd: join(directory, 'nowhere') })).rejects.toThrow(
      /^The directory .*nowhere is not there, so the block was not started in it\.$/,
    )
  })

  test('says so when there is no bash, and when its environment is too large', async () => {
    await expect(start('true', { interpreter: '/no/such/bash' })).rejects.toThrow(BlockNotStarted)
    await expect(start('true', { env: environment({ HUGE: 'x'.repeat(3_000_000) }) })).rejects.toThrow(
      /^The block could not be started: .*E2BIG.* Nothing of it was run\.$/,
    )
  })
})

describe('cancelling', () => {
  test('ends a block with INT, and resolves when its group is gone', async () => {
    const block = await start('trap "echo cleaning up; exit 0" INT; echo ready; sleep 1000')
    await block.shows('ready')
    await block.cancel()
    expect(groupOf(block.pid)).toEqual([])
    expect(await block.result).toMatchObject({
      outcome: { kind: 'cancelled' },
      output: 'ready\ncleaning up\n',
    })
  })

  test('ends grandchildren that ignore INT and TERM', async () => {
    const stubborn = `bash -c 'trap "" INT TERM; echo "pid $BASHPID"; while true; do sleep 1000; done'`
    const block = await start(`trap '' INT TERM; (${stubborn} & ${stubborn} & wait) & wait`)
    await until(
      () => block.lines.filter((line) => line.text.startsWith('pid ')).length === 2,
      'both grandchildren',
    )
    const pids = block.lines.map((line) => Number(line.text.slice(4)))
    expect(pids.every(isAlive)).toBe(true)
    await block.cancel()
    expect(pids.some(isAlive)).toBe(false)
    expect(groupOf(block.pid)).toEqual([])
    const { outcome, output } = await block.result
    expect(outcome).toEqual({ kind: 'cancelled' })
    expect(output).not.toContain('could not be ended')
  })

  test('goes from INT to TERM to KILL, one after the other', async () => {
    const block = await start(
      'trap "echo got INT" INT; trap "echo got TERM" TERM; echo ready; while true; do sleep 0.02 || true; done',
    )
    await block.shows('ready')
    await block.cancel()
    const { outcome, output } = await block.result
    expect(outcome).toEqual({ kind: 'cancelled' })
    expect(output.match(/^(ready|got .*)$/gm)).toEqual(['ready', 'got INT', 'got TERM'])
  })

  test('reaches jobs that have a process group of their own', async () => {
    const block = await start('set -m; sleep 1000 & echo "pid $!"; wait')
    await block.shows('pid')
    const job = Number(block.lines[0]?.text.slice(4))
    expect(isAlive(job)).toBe(true)
    await block.cancel()
    expect(isAlive(job)).toBe(false)
  })

  test('twice, or after the end, is the same as once', async () => {
    const block = await start('echo ready; sleep 1000')
    await block.shows('ready')
    await Promise.all([block.cancel(), block.cancel()])
    await block.cancel()
    expect((await block.result).outcome).toEqual({ kind: 'cancelled' })
    const ended = await start('true')
    await ended.result
    await ended.cancel()
    expect((await ended.result).outcome).toEqual(exited(0))
  })
})

describe('a timeout', () => {
  test('ends a block that ignores it politely, and is not taken for success', async () => {
    const block = await start('trap "exit 0" TERM; trap "" INT; while true; do sleep 0.02; done', {
      timeoutMs: 100,
    })
    expect((await block.result).outcome).toEqual({ kind: 'timed-out' })
    expect(groupOf(block.pid)).toEqual([])
  })

  test('does nothing to a block that is faster', async () => {
    expect(await (await start('echo done', { timeoutMs: 60_000 })).result).toMatchObject({
      outcome: exited(0),
    })
  })
})

describe('what a block leaves behind', () => {
  test('does not keep it from ending, is ended, and is named', async () => {
    const block = await start('sleep 1000 & echo done')
    const { outcome, output } = await block.result
    expect(outcome).toEqual(exited(0))
    expect(output).toMatch(/^done\nhandrail: the block ended and left 1 process \(sleep \d+\) running\./)
    expect(groupOf(block.pid)).toEqual([])
  })

  test('gets a moment to end by itself, and then is not mentioned', async () => {
    const block = await start('(sleep 0.05; echo late) & echo done', {}, { ...quickLimits, graceMs: 5_000 })
    expect(await block.result).toMatchObject({ outcome: exited(0), output: 'done\nlate\n' })
  })

  test('does not count the dead that nobody has waited for', async () => {
    const program = [
      'import os, sys, time',
      'child = os.fork()',
      'if child == 0: os._exit(0)',
      'os.setsid()',
      'os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)',
      'os.write(1, b"%d %d\\n" % (os.getpid(), child))',
      'os.close(1); os.close(2)',
      'time.sleep(1000)',
    ].join('\n')
    const block = await start(
      'mkfifo "$TOLD"; python3 -c "$PROGRAM" > "$TOLD" & read -r pids < "$TOLD"; echo "$pids"',
      {
        env: environment({ PROGRAM: program, TOLD: join(directory, 'told') }),
      },
    )
    const { output } = await block.result
    const [parent = 0, child = 0] = output.split(/\s/).map(Number)
    const stillDead = readFileSync(`/proc/${child}/stat`, 'latin1')
    process.kill(parent, 'SIGKILL')
    expect(stillDead).toMatch(/\) Z /)
    expect(output).toMatch(/^\d+ \d+\n$/)
  })

  test('holds it up no longer than the grace when it has left the group and keeps the output', async () => {
    const block = await start('setsid sleep 1000 & sleep 0.05; pgrep -n -x -s 0 sleep || true; echo "pid $!"')
    const { outcome, output } = await block.result
    expect(outcome).toEqual(exited(0))
    expect(output).toContain('handrail: a process that left the block still holds its output.')
    const escaped = Number(/pid (\d+)/.exec(output)?.[1])
    process.kill(escaped, 'SIGKILL')
  })
})

test('zx is loaded by the first block and not before', () => {
  const run = (what: string) => {
    const program = `
      import { registerHooks } from 'node:module'
      registerHooks({ resolve: (name, context, next) => (name.startsWith('zx') && console.log(name), next(name, context)) })
      const { startBlock } = await import('./src/shell/run-block.ts')
      console.log('imported')
      ${what}`
    const root = fileURLToPath(new URL('../..', import.meta.url))
    return execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: root,
      encoding: 'utf8',
    })
  }
  expect(run('')).toBe('imported\n')
  const request = `{ source: 'true', cwd: '/', env: process.env, dryRun: false, redact: String, onCommand: async () => {}, onOutput() {} }`
  expect(run(`console.log((await (await startBlock(${request})).result).outcome.code)`)).toBe(
    'imported\nzx/core\n0\n',
  )
})

describe('a block that prints without end', () => {
  test('is kept within the bound, with its first and its last lines', async () => {
    const { output, printedBytes } = await (await start('seq 1 3000000')).result
    expect(printedBytes).toBe(22_888_896)
    expect(output.length).toBeLessThan(1_400_000)
    expect(output.startsWith('1\n2\n3\n')).toBe(true)
    expect(output.endsWith('2999999\n3000000\n')).toBe(true)
    expect(output).toMatch(/\n\d+\n… 21,\d{3},\d{3} bytes \(2,\d{3},\d{3} lines\) are left out here …\n\d+\n/)
  })

  test('can be cancelled in the middle of it, and floods no screen', async () => {
    const block = await start('yes')
    await block.shows('not shown here')
    const before = block.batches.length
    const since = performance.now()
    await until(() => block.batches.length >= before + 20, 'twenty batches')
    expect((performance.now() - since) / 20).toBeGreaterThan(14)
    await block.cancel()
    const { outcome, output } = await block.result
    expect(outcome).toEqual({ kind: 'cancelled' })
    expect(output.length).toBeLessThan(1_400_000)
    expect(Math.max(...block.batches.map((batch) => batch.length))).toBeLessThanOrEqual(202)
  })
})
