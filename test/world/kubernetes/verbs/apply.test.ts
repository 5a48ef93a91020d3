/** `kubectl apply --server-side`: who owns which fields, and what becomes of those that nobody gives any more. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Inside, openInside } from '../../inside.ts'

let inside: Inside
beforeAll(async () => {
  inside = await openInside()
})
afterAll(async () => {
  await inside.close()
  expect(inside.errors).toEqual([])
})

const apply = (manifest: unknown, options = '') =>
  inside.sh(`kubectl apply --server-side ${options} -f - <<'EOF'\n${JSON.stringify(manifest)}\nEOF`)

const map = (name: string, data: Readonly<Record<string, unknown>>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
})

/** The managers of an object and how each writes: `kubectl/Apply alice/Update`. */
const managers = async (what: string) =>
  (
    await inside.kubectl(
      `get ${what} --show-managed-fields -o jsonpath='{range .metadata.managedFields[*]}{.manager}/{.operation}/{.subresource} {end}'`,
    )
  ).trim()

const data = (name: string) => inside.kubectl(`get configmap ${name} -o jsonpath='{.data}'`)

test('what is not there is created, and what an applier gives no more goes', async () => {
  expect(await apply(map('fruit', { apple: '1', pear: '2' }))).toMatchObject({
    code: 0,
    out: 'configmap/fruit serverside-applied\n',
  })
  expect(await managers('configmap fruit')).toBe('kubectl/Apply/')
  await apply(map('fruit', { apple: '3' }))
  expect(await data('fruit')).toBe('{"apple":"3"}')
})

test('fields of several appliers live side by side, and each takes only its own away', async () => {
  await apply(map('shared', { mine: '1' }), '--field-manager=alice')
  await apply(map('shared', { yours: '1' }), '--field-manager=bob')
  expect(await data('shared')).toBe('{"mine":"1","yours":"1"}')
  await apply({ ...map('shared', {}), data: undefined }, '--field-manager=alice')
  expect(await data('shared')).toBe('{"yours":"1"}')
  expect(await managers('configmap shared')).toBe('bob/Apply/')
})

test('a field that another manager owns is a conflict, in the words of the API; force takes it', async () => {
  await apply(map('taken', { color: 'blue' }), '--field-manager=alice')
  const refused = await apply(map('taken', { color: 'green' }), '--field-manager=bob')
  expect(refused.code).toBe(1)
  expect(refused.err).toContain('Apply failed with 1 conflict: conflict with "alice": .data.color\n')
  expect((await apply(map('taken', { color: 'green' }), '--field-manager=bob --force-conflicts')).code).toBe(
    0,
  )
  expect(await data('taken')).toBe('{"color":"green"}')
  expect(await managers('configmap taken')).toBe('bob/Apply/')
})

test('several conflicts are listed by manager, and updates name the version that they used', async () => {
  await inside.kubectl('scale deployment api-green --replicas=2')
  const manifest = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'api-green' },
    spec: { replicas: 1, template: { spec: { containers: [{ name: 'api', image: 'loanserve/api:v9' }] } } },
  }
  const { err } = await apply(manifest, '--field-manager=bob')
  expect(err).toContain(
    [
      'Apply failed with 2 conflicts: conflicts with "kubectl" with subresource "scale" using apps/v1:',
      '- .spec.replicas',
      'conflicts with "kubectl-client-side-apply" using apps/v1:',
      '- .spec.template.spec.containers[name="api"].image\n',
    ].join('\n'),
  )
})

test('items of a list are known by their keys, and keep their order', async () => {
  const ports = (...list: readonly unknown[]) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'doors' },
    spec: { selector: { app: 'doors' }, ports: list },
  })
  const named = () => inside.kubectl("get service doors -o jsonpath='{.spec.ports[*].name}'")
  await apply(ports({ name: 'http', port: 80 }, { name: 'admin', port: 8080 }), '--field-manager=alice')
  await apply(ports({ name: 'debug', port: 9000 }), '--field-manager=bob')
  expect(await named()).toBe('http admin debug')
  await apply(ports({ name: 'admin', port: 8080 }), '--field-manager=alice')
  expect(await named()).toBe('admin debug')
})

test('a dry run shows what would be, with its owners, and stores nothing', async () => {
  const { out } = await apply(map('never', { a: '1' }), '--dry-run=server -o json --show-managed-fields')
  expect(JSON.parse(out)).toMatchObject({
    data: { a: '1' },
    metadata: { managedFields: [{ manager: 'kubectl', fieldsV1: { 'f:data': { 'f:a': {} } } }] },
  })
  expect((await inside.sh('kubectl get configmap never')).code).toBe(1)
})

test('the same again changes nothing', async () => {
  await apply(map('still', { a: '1' }))
  const version = () => inside.kubectl("get configmap still -o jsonpath='{.metadata.resourceVersion}'")
  const before = await version()
  await apply(map('still', { a: '1' }))
  expect(await version()).toBe(before)
})

test('what was applied by the client goes over to the server, with its annotation', async () => {
  const manifest = JSON.stringify(map('moved', { a: '1', b: '2' }))
  await inside.sh(`kubectl apply -f - <<'EOF'\n${manifest}\nEOF`)
  expect(await managers('configmap moved')).toBe('kubectl-client-side-apply/Update/')
  await apply(map('moved', { a: '1' }))
  expect(await data('moved')).toBe('{"a":"1"}')
  expect(await managers('configmap moved')).toBe('kubectl-last-applied/Apply/ kubectl/Apply/')
  expect(
    await inside.kubectl(
      "get configmap moved -o jsonpath='{.metadata.annotations.kubectl\\.kubernetes\\.io/last-applied-configuration}'",
    ),
  ).toContain('"data":{"a":"1"}')
})

test('status and scale are applied through their own parts of the API', async () => {
  const scale = {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name: 'api-green' },
    spec: { replicas: 2 },
  }
  const path = '/apis/apps/v1/namespaces/loanserve/deployments/api-green'
  const patch = (part: string, body: unknown) =>
    inside.sh(
      `curl -sS --cacert <(kubectl config view --raw -o jsonpath='{.clusters[0].cluster.certificate-authority-data}' | base64 -d) \
        -H "Authorization: Bearer $(kubectl config view --raw -o jsonpath='{.users[0].user.token}')" \
        -H 'Content-Type: application/apply-patch+yaml' -X PATCH \
        "$(kubectl config view --raw -o jsonpath='{.clusters[0].cluster.server}')${path}/${part}?fieldManager=carol&force=true" \
        -d '${JSON.stringify(body)}'`,
    )
  expect(JSON.parse((await patch('scale', scale)).out)).toMatchObject({
    kind: 'Scale',
    spec: { replicas: 2 },
  })
  const condition = { type: 'Audited', status: 'True', reason: 'Looked', message: 'fine' }
  const status = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'api-green' },
    status: { conditions: [condition] },
  }
  const { out } = await patch('status', status)
  expect(JSON.parse(out)).toMatchObject({ status: { conditions: expect.arrayContaining([condition]) } })
  expect(await managers('deployment api-green')).toMatch(/^carol\/Apply\/scale carol\/Apply\/status /)
})

test('custom objects are applied by their schema: lists that are maps by key, all others as a whole', async () => {
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'gardens.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'gardens', kind: 'Garden' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: {
                  type: 'object',
                  properties: {
                    paths: { type: 'array', items: { type: 'string' } },
                    beds: {
                      type: 'array',
                      'x-kubernetes-list-type': 'map',
                      'x-kubernetes-list-map-keys': ['name'],
                      items: {
                        type: 'object',
                        required: ['name'],
                        properties: { name: { type: 'string' }, plant: { type: 'string' } },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      ],
    },
  }
  await apply(definition)
  await inside.kubectl('wait --for=condition=Established crd/gardens.example.com --timeout=5s')
  const garden = (spec: unknown) => ({
    apiVersion: 'example.com/v1',
    kind: 'Garden',
    metadata: { name: 'back' },
    spec,
  })
  await apply(garden({ beds: [{ name: 'north', plant: 'fern' }], paths: ['a'] }), '--field-manager=alice')
  await apply(garden({ beds: [{ name: 'south', plant: 'rose' }] }), '--field-manager=bob')
  expect(await inside.kubectl("get garden back -o jsonpath='{.spec.beds[*].plant}'")).toBe('fern rose')
  const { err } = await apply(garden({ paths: ['b'] }), '--field-manager=bob')
  expect(err).toContain('Apply failed with 1 conflict: conflict with "alice": .spec.paths\n')
  expect((await apply(garden({ pond: true }))).err).toContain(
    'failed to create typed patch object (loanserve/back; example.com/v1, Kind=Garden): .spec.pond: field not declared in schema',
  )
})

test('what its type does not allow is refused before anything is merged', async () => {
  const said = async (manifest: unknown, options = '') => (await apply(manifest, options)).err
  expect(await said(map('odd', { a: 1 }))).toBe(
    'Error from server: failed to create typed patch object (loanserve/odd; /v1, Kind=ConfigMap): .data.a: expected string, got &value.valueUnstructured{Value:1}\n',
  )
  const twice = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'odd' },
    spec: { ports: [{ port: 80 }, { port: 80, protocol: 'TCP' }, { name: 'x' }] },
  }
  expect(await said(twice)).toContain(
    [
      'failed to create typed patch object (loanserve/odd; /v1, Kind=Service): errors:',
      '  .spec.ports: duplicate entries for key [port=80,protocol="TCP"]',
      '  .spec.ports: element 2: associative list with keys has an element that omits key field "port" (and doesn\'t have default value)\n',
    ].join('\n'),
  )
  expect(await said({ ...map('odd', {}), metadata: { name: 'odd', managedFields: [] } })).toContain(
    'metadata.managedFields must be nil',
  )
})
