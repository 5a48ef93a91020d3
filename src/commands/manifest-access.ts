/** Which kinds of objects stand in the files that kubectl is given, so that it is known what it asks for. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import type { Access, Accesses, FileAccess } from '../runbook/access/access.ts'
import { kindsNamed } from '../runbook/access/kinds.ts'

const object = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({ namespace: z.string().optional() }).optional(),
})

/** The same with the files read; one that can't be read, or is a folder, makes it unclear. Never throws. */
export async function fileAccess(accesses: Accesses, cwd: string): Promise<Accesses> {
  const read = await Promise.all(accesses.files.map((file) => ofFile(file, cwd)))
  return {
    accesses: [...accesses.accesses, ...read.flatMap((each) => each ?? [])],
    files: [],
    unclear: [
      ...accesses.unclear,
      ...accesses.files.flatMap(({ path }, index) =>
        read[index] === undefined ? [`which objects stand in ${path}`] : [],
      ),
    ],
  }
}

async function ofFile(
  { path, verbs, namespace }: FileAccess,
  cwd: string,
): Promise<readonly Access[] | undefined> {
  try {
    const documents = parseAllDocuments(await readFile(resolve(cwd, path), 'utf8'))
    const objects = [...documents].flatMap((document) => {
      const parsed = object.safeParse(document.toJS())
      return parsed.success ? [parsed.data] : []
    })
    return objects.flatMap(({ apiVersion, kind, metadata }) => {
      const group = apiVersion.includes('/') ? apiVersion.replace(/\/.*/, '') : ''
      const known = kindsNamed(kind) ?? [{ group, resource: `${kind.toLowerCase()}s`, namespaced: true }]
      return known.flatMap((each) =>
        verbs.map((verb) => ({
          ...{ verb, group: each.group, resource: each.resource, subresource: '' },
          namespace: each.namespaced ? (metadata?.namespace ?? namespace) : '',
        })),
      )
    })
  } catch {
    return undefined
  }
}
