/** A Secret's value appears nowhere: not in the lines, not in the record, not in the kept output. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { setScene } from './program.ts'

const runbook = `---
title: Careless
kind: troubleshooting
---
# Careless
## P
### Print it all
\`\`\`sh {effect=read}
kubectl get secret loanserve-secrets -n loanserve -o yaml
kubectl get secret loanserve-secrets -n loanserve -o jsonpath='{.data.DATABASE_URL}' | base64 -d; echo
kubectl patch secret loanserve-secrets -n loanserve --type merge -p '{"data":{"DATABASE_URL":"<not base64>"}}' || true
\`\`\`
### Make a new one and print it
\`\`\`sh
license="correct-horse"
license="$license-battery"
kubectl patch secret loanserve-secrets -n loanserve -p "{\\"stringData\\":{\\"LICENSE\\":\\"$license\\"}}"
echo "$license"
kubectl get secret loanserve-secrets -n loanserve -o jsonpath='{.data.LICENSE}'; echo
\`\`\`
`

test('what a careless step prints of a Secret is masked before it is shown or kept', async () => {
  const scene = await setScene()
  try {
    const state = scene.env.HANDRAIL_STATE_DIR ?? ''
    const file = join(state, 'careless.md')
    await writeFile(file, runbook)
    const value = await scene.kubectl(
      'get',
      'secret',
      'loanserve-secrets',
      '-o',
      'jsonpath={.data.DATABASE_URL}',
    )
    const secret = new URL(Buffer.from(value, 'base64').toString()).password
    expect(secret.length).toBeGreaterThan(8)

    const { code, stdout, stderr } = await scene.handrail('run', file, '--yes', '--plain')
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('[masked]')
    expect(stdout).toContain('illegal base64 data')
    const runs = join(state, 'runs')
    const kept = await readdir(runs, { recursive: true, withFileTypes: true })
    const files = kept.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    const texts = await Promise.all(files.map((path) => readFile(path, 'utf8')))
    expect(files.some((path) => path.includes('outputs'))).toBe(true)
    // What the run itself has made is masked from the moment at which it stood on a command line.
    const made = 'correct-horse-battery'
    const license = await scene.kubectl(
      'get',
      'secret',
      'loanserve-secrets',
      '-o',
      'jsonpath={.data.LICENSE}',
    )
    expect(license).toBe(Buffer.from(made).toString('base64'))
    for (const text of [stdout, stderr, ...texts]) {
      for (const told of [secret, value, made, license]) expect(text).not.toContain(told)
    }
  } finally {
    await scene.close()
  }
})
