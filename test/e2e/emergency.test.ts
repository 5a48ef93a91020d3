/** From a run that goes wrong to its emergency runbook, by keys. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { setScene } from './program.ts'
import { openTerminal } from './terminal.ts'

const broken =
  '---\ntitle: Broken\nkind: deployment\nemergency: mend\n---\n# Broken\n## P\n### Break it\n```sh\nexit 3\n```\n'
const mend =
  '---\ntitle: Mend it\nkind: emergency\n---\n# Mend it\n## P\n### Look\n```sh\nkubectl get pods -n loanserve\n```\n'

test('from a failed step to the emergency runbook, which then runs to its end', async () => {
  const scene = await setScene()
  const folder = await mkdtemp(join(tmpdir(), 'handrail-emergency-'))
  await mkdir(join(folder, 'runbooks'))
  await writeFile(join(folder, 'runbooks', 'broken.md'), broken)
  await writeFile(join(folder, 'runbooks', 'mend.md'), mend)
  const terminal = openTerminal({ args: ['run', 'broken', '--yes'], env: scene.env, cwd: folder })
  try {
    await terminal.see('FAILED')
    terminal.press('e')
    await terminal.see('mend')
    terminal.press('y')
    await terminal.see('Mend it')
    await terminal.see('done: every step passed or was skipped')
    terminal.press('q')
    expect(await terminal.exited).toBe(0)
  } finally {
    await terminal.close()
    await scene.close()
    await rm(folder, { recursive: true, force: true })
  }
})
