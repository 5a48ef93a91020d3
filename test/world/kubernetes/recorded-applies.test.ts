/** `kubectl apply --server-side` on objects that were applied by the client before, as Kubernetes 1.36 answered it. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { isList, type JsonObject } from '../../../src/world/kubernetes/record.ts'
import { at } from './practice-api.ts'
import { ask, ownersOf, place, practiceApi } from './recording.ts'

const object = z.record(z.string(), z.unknown())

const sequences = z
  .array(
    z.object({
      name: z.string(),
      before: object,
      steps: z.array(
        z.object({ url: z.string(), contentType: z.string(), body: z.unknown(), answer: object }),
      ),
    }),
  )
  .parse(JSON.parse(readFileSync(new URL('fixtures/recorded-applies.json', import.meta.url), 'utf8')))

test.each(sequences)('$name goes over to server-side apply as it did', ({ before, steps }) => {
  const api = practiceApi()
  let ours = place(api, before)
  expect(ownersOf(ours)).toEqual(ownersOf(before))
  for (const { url, contentType, body, answer } of steps) {
    const { code, json } = ask(api, 'PATCH', url, contentType, withOurVersion(body, ours))
    expect(code).toBe(200)
    ours = json
    // Meanwhile the recorded ones had their controllers.
    const { metadata: _ours, status: _status, ...rest } = json
    const { metadata: _theirs, status: _theirStatus, ...wanted } = answer
    expect(rest).toEqual(wanted)
    expect(at(json, 'metadata', 'annotations')).toEqual(at(answer, 'metadata', 'annotations'))
    expect(ownersOf(json)).toEqual(ownersOf(answer))
  }
})

/** A JSON patch that names the version it was made for is to name ours. */
function withOurVersion(body: unknown, ours: JsonObject): unknown {
  if (!isList(body)) return body
  return body.map((step) =>
    at(step, 'path') === '/metadata/resourceVersion'
      ? { op: 'replace', path: '/metadata/resourceVersion', value: at(ours, 'metadata', 'resourceVersion') }
      : step,
  )
}
