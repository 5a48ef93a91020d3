/** Known mistakes of guides: told with their place and what to write instead. */
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ours, problemsOf } from './read.ts'

const sh = (text: string) => `## P\n\`\`\`sh\n${text}\n\`\`\`\n`
const first = (text: string) => problemsOf(sh(text)).map((problem) => problem.split('\n')[0])

test.each([
  ['kubectl rollout status deployment/x', '3:1: warning: kubectl rollout status waits for ever'],
  ['kubectl exec -it x -- ls', '3:14: warning: -it asks for a terminal'],
  ['kubectl exec x -- pg_isready -h $DB_HOST', '3:33: warning: $DB_HOST is put in on this machine'],
  ['kubectl get endpoints x', '3:13: warning: Endpoints is deprecated'],
  ['kubectl logs -f x', '3:14: warning: kubectl logs -f never ends'],
  ['curl http://x', '3:1: warning: curl without -f ends with 0'],
  ['kubectl logs x | grep y', '3:18: warning: grep ends with 1'],
  ['aws rds restore-db-cluster-to-point-in-time --x y', '3:9: warning: the restored cluster has no instance'],
])('%s', (text, problem) => {
  expect(first(text)).toEqual([expect.stringContaining(`bad.md:${problem}`)])
})

test.each([
  'kubectl rollout status deployment/x --timeout=5m',
  'kubectl rollout status deployment/x --watch=false',
  'kubectl exec x -- ls -t',
  `kubectl exec x -- sh -c 'pg_isready -h $DB_HOST'`,
  'kubectl get endpointslices',
  'curl -fsS http://x',
  `curl -s -o /dev/null -w '%{http_code}' http://x`,
  'kubectl logs x | grep y || true',
  'aws rds restore-db-cluster-to-point-in-time --x y\naws rds create-db-instance --x y',
])('%s is no trap', (text) => {
  expect(first(text)).toEqual([])
})

const patch = (json: string) =>
  first(`kubectl patch secret s -p '${json}'\nkubectl rollout restart deployment/x`)

test('text that is not base64, or base64 of garbage, is no value of a Secret’s data', () => {
  const bad = expect.stringContaining("A of a Secret's data has to be base64")
  expect(patch('{"data":{"A":"postgres://x"}}')).toContainEqual(bad)
  expect(patch('{"data":{"A":"<the-url>"}}')).toContainEqual(bad)
  // Valid base64, which nobody meant.
  expect(patch('{"data":{"A":"password1234"}}')).toContainEqual(bad)
  expect(patch('{"data":{"A":"cG9zdGdyZXM6Ly94"}}')).not.toContainEqual(bad)
  expect(patch('{"stringData":{"A":"postgres://x"}}')).not.toContainEqual(bad)
})

test('in a runbook of ours its author answers for what he writes', () => {
  expect(problemsOf(ours(sh('kubectl rollout status deployment/x')))).toEqual([])
})

const file = '../shared/guide.md'
test.runIf(existsSync(file))('the guide that Handrail was made for has these, and no others', () => {
  const found = problemsOf(readFileSync(file, 'utf8'), 'guide.md').map((problem) =>
    problem.split('\n')[0]?.replace(/^guide\.md:(\d+):\d+: warning: /, '$1 '),
  )
  expect(found).toEqual([
    '139 grep ends with 1 when it finds nothing, and then the step has failed',
    '142 curl without -f ends with 0 whatever the server answers, an error page too',
    '166 Endpoints is deprecated since Kubernetes 1.33, and holds no more than 1000 addresses',
    '173 the restored cluster has no instance, so nobody can connect to it, and no setting of the old one but what is named here',
    '179 pods that have the Secret in their environment keep the old value until they are restarted',
    "180 DATABASE_URL of a Secret's data has to be base64: kubectl refuses other text, and its error prints the whole Secret",
    '180 a secret on a command line can be read in the process list while the command runs',
    '222 -it asks for a terminal, and no block has one',
    '222 $DB_HOST is put in on this machine, not in the pod',
    '231 Endpoints is deprecated since Kubernetes 1.33, and holds no more than 1000 addresses',
    '243 grep ends with 1 when it finds nothing, and then the step has failed',
  ])
})
