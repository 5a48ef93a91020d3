import { expect, test } from 'vitest'
import { sameTemplate, templateHash } from '../../../src/world/controllers/template-hash.ts'

const template = {
  metadata: { labels: { app: 'api', color: 'green' } },
  spec: { containers: [{ name: 'api', image: 'loanserve/api:v1.2.3' }] },
}

test('the hash label itself and the order of fields change neither hash nor identity', () => {
  const labels = { 'pod-template-hash': 'abc', color: 'green', app: 'api' }
  const same = { spec: template.spec, metadata: { labels } }
  expect(sameTemplate(template, same)).toBe(true)
  expect(templateHash(same)).toBe(templateHash(template))
})

test('another image gives another hash, made of letters and digits that names may hold', () => {
  const other = { ...template, spec: { containers: [{ name: 'api', image: 'loanserve/api:v1.2.4' }] } }
  expect(sameTemplate(template, other)).toBe(false)
  expect(templateHash(other)).not.toBe(templateHash(template))
  expect(templateHash(other)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{6,10}$/)
  expect(templateHash(template, 1)).not.toBe(templateHash(template))
})
