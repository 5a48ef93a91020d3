/** Unpacks a part of a zip archive. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { crc32 } from 'node:zlib'
import { type Entry, openPromise, type ZipFile } from 'yauzl'

/** How many files are unpacked at once: enough to keep the disk and two cores busy. */
const atOnce = 16

/**
 * Writes the entries of `archive` that `wanted` picks by name below `directory`, named as they are. Throws when an
 * entry's checksum is wrong, naming it; names that would lead out of `directory` are refused by yauzl.
 */
export async function unpack(
  archive: string,
  wanted: (name: string) => boolean,
  directory: string,
): Promise<void> {
  const zip = await openPromise(archive, { autoClose: false })
  try {
    const entries: Entry[] = []
    for await (const entry of zip.eachEntry())
      if (!entry.fileName.endsWith('/') && wanted(entry.fileName)) entries.push(entry)
    const parents = new Set(entries.map(({ fileName }) => dirname(join(directory, fileName))))
    for (const parent of parents) await mkdir(parent, { recursive: true })
    const waiting = entries.values()
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (const entry of waiting) await extract(zip, entry, join(directory, entry.fileName), archive)
      }),
    )
  } finally {
    zip.close()
  }
}

async function extract(zip: ZipFile, entry: Entry, target: string, archive: string): Promise<void> {
  const content = await buffer(await zip.openReadStreamPromise(entry))
  if (crc32(content) !== entry.crc32)
    throw new Error(`${archive} is damaged at ${entry.fileName}. Run \`npm ci\` again.`)
  await writeFile(target, content)
}
