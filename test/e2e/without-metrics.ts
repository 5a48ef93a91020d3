/** A practice cluster as it is without a metrics server: a proxy before its API that knows no such group. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

interface Cut {
  /** The path of a kubeconfig that leads to it. */
  readonly kubeconfig: string
  readonly close: () => Promise<void>
}

const group = 'metrics.k8s.io'

const kubeconfigSchema = z.object({
  clusters: z.tuple([
    z.object({ cluster: z.object({ server: z.string(), 'certificate-authority-data': z.string() }) }),
  ]),
  users: z.tuple([z.object({ user: z.object({ token: z.string() }) })]),
})

const groupsSchema = z.looseObject({
  items: z.array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) })).optional(),
  groups: z.array(z.looseObject({ name: z.string() })).optional(),
})

/** Opens the proxy before the cluster that the kubeconfig leads to. */
export async function worldWithoutMetrics(kubeconfigPath: string): Promise<Cut> {
  const { clusters, users } = kubeconfigSchema.parse(parse(await readFile(kubeconfigPath, 'utf8')))
  const { server: url, 'certificate-authority-data': authority } = clusters[0].cluster
  const ca = Buffer.from(authority, 'base64')
  const server = createServer((asked, answer) => {
    if (asked.url?.startsWith(`/apis/${group}`)) {
      answer.writeHead(404).end()
      return
    }
    const headers = {
      ...asked.headers,
      host: new URL(url).host,
      authorization: `Bearer ${users[0].user.token}`,
    }
    delete headers['accept-encoding']
    const passed = request(new URL(asked.url ?? '/', url), { ca, headers, method: asked.method }, (given) => {
      if (asked.url?.split('?')[0] !== '/apis') {
        answer.writeHead(given.statusCode ?? 502, given.headers)
        given.pipe(answer)
        return
      }
      void bodyOf(given).then((body) => {
        const text = withoutGroup(body)
        answer.writeHead(given.statusCode ?? 502, { 'content-type': given.headers['content-type'] })
        answer.end(text)
      })
    })
    passed.on('error', () => answer.destroy())
    asked.pipe(passed)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  const { kubeconfig, close } = await kubeconfigFor(`http://127.0.0.1:${address.port}`)
  return {
    kubeconfig,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await close()
    },
  }
}

/** A kubeconfig that leads to an address without any credentials. */
export async function kubeconfigFor(server: string): Promise<Cut> {
  const directory = await mkdtemp(join(tmpdir(), 'handrail-kubeconfig-'))
  const kubeconfig = join(directory, 'config')
  const name = 'cut'
  await writeFile(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name, cluster: { server } }],
      users: [{ name, user: {} }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      'current-context': name,
    }),
  )
  return { kubeconfig, close: () => rm(directory, { recursive: true, force: true }) }
}

function withoutGroup(body: string): string {
  const { items, groups, ...rest } = groupsSchema.parse(JSON.parse(body))
  return JSON.stringify({
    ...rest,
    ...(items === undefined ? {} : { items: items.filter(({ metadata }) => metadata.name !== group) }),
    ...(groups === undefined ? {} : { groups: groups.filter(({ name }) => name !== group) }),
  })
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of message.setEncoding('utf8')) body += chunk
  return body
}
