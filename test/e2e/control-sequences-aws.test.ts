/** What AWS answers steers no terminal: the real aws CLI, asked by a block, hands it over as it was sent. */
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { credentials, region } from '../../src/world/aws/identity.ts'
import { pathWithAws } from '../aws-path.ts'
import { isLong } from '../long.ts'
import { chosen, expectInert, mark, marked, opening } from './payloads.ts'
import { openTerminal } from './terminal.ts'

const numbered = chosen.map((payload, number) => ({ payload, number }))

/** JSON can carry every payload. */
const inJson = numbered
/** XML can't carry ESC and its like: there a payload comes in its 8-bit form, which terminals take as well. */
const inXml = numbered.map(({ payload, number }) => ({
  number,
  payload: payload
    .replace(/\u001b([@-_])/g, (_, letter: string) => String.fromCharCode(letter.charCodeAt(0) + 0x40))
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, ''),
}))

const escapeXml = (text: string) => text.replace(/[&<>\r]/g, (character) => `&#${character.charCodeAt(0)};`)

/** What each service answers to the operation that is its own: CloudWatch speaks JSON, RDS XML, and both refuse. */
const answers: Readonly<Record<string, { readonly status: number; readonly body: string }>> = {
  DescribeAlarms: {
    status: 200,
    body: JSON.stringify({ MetricAlarms: inJson.map((each) => ({ AlarmName: marked('a', each) })) }),
  },
  ListDashboards: {
    status: 400,
    body: JSON.stringify({
      __type: `Refused${chosen[0]}`,
      message: inJson.map((each) => marked('b', each)).join('\n'),
    }),
  },
  DescribeDBClusters: {
    status: 200,
    body: `<DescribeDBClustersResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeDBClustersResult><DBClusters>${inXml
      .map((each) => `<DBCluster><Status>${escapeXml(marked('x', each))}</Status></DBCluster>`)
      .join('')}</DBClusters></DescribeDBClustersResult></DescribeDBClustersResponse>`,
  },
  DescribeDBInstances: {
    status: 400,
    body: `<ErrorResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><Error><Type>Sender</Type><Code>Refused${escapeXml(
      inXml[0]?.payload ?? '',
    )}</Code><Message>${inXml.map((each) => escapeXml(marked('y', each))).join('\n')}</Message></Error></ErrorResponse>`,
  },
}

/** Answers byte by byte, each a chunk of HTTP of its own. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let asked = String(request.headers['x-amz-target'] ?? '')
  for await (const chunk of request) asked += String(chunk)
  const [, found] = Object.entries(answers).find(([action]) => asked.includes(action)) ?? []
  const isJson = request.headers['x-amz-target'] !== undefined
  response.writeHead(found?.status ?? 404, {
    'content-type': isJson ? 'application/x-amz-json-1.0' : 'text/xml',
  })
  for (const byte of Buffer.from(found?.body ?? '')) response.write(Buffer.from([byte]))
  response.end()
}

const server = createServer((request, response) => void answer(request, response))
let directory = ''
let path = ''
let url = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'handrail-control-aws-'))
  path = await pathWithAws()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(directory, { recursive: true, force: true })
})

const runbook = `---
title: Asks AWS
kind: troubleshooting
---

# Asks AWS

## Ask

### AWS is asked

\`\`\`sh {name=ask effect=read timeout=120s}
ask() {
  # A screen has the newest lines of a burst, and the record has them all: here each is to be seen.
  { aws --endpoint-url "$ENDPOINT" "$@" 2>&1 || true; } | awk '{ print; fflush() } NR % 40 == 0 { system("sleep 0.1") }'
}
ask cloudwatch describe-alarms --output text --query 'MetricAlarms[].[AlarmName]'
${isLong ? 'ask cloudwatch describe-alarms' : '# As JSON and as a table when there is time.'}
ask cloudwatch list-dashboards
ask rds describe-db-clusters --output text --query 'DBClusters[].[Status]'
${isLong ? 'ask rds describe-db-clusters --output table' : ''}
ask rds describe-db-instances
echo asked it 'all'
\`\`\`
`

// How a screen draws a block's output is held by what a block prints: here it is the lines that matter.
const frontEnds: readonly (readonly [readonly string[]])[] = isLong ? [[['--plain']], [[]]] : [[['--plain']]]

test.each(frontEnds)('what AWS answers a block, with %j', { timeout: 120_000 }, async (flags) => {
  const file = join(directory, 'asks.md')
  await writeFile(file, runbook)
  const terminal = openTerminal({
    args: ['run', file, '--yes', ...flags],
    env: {
      PATH: path,
      HOME: directory,
      HANDRAIL_STATE_DIR: join(directory, 'state'),
      KUBECONFIG: '/dev/null',
      ENDPOINT: url,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_PAGER: '',
    },
    columns: 120,
    rows: 60,
  })
  try {
    await terminal.see(/asked it all|every step passed/, 100_000)
    if (flags.length > 0) {
      await terminal.exited
      // Each payload was printed: what stood before or behind it is there, whichever it can't hide.
      const raw = terminal.raw()
      const missing = numbered.flatMap((each) =>
        ['a', 'b', 'x', 'y'].flatMap((field) =>
          raw.includes(opening(field, each)) || raw.includes(mark(field, each)) ? [] : [marked(field, each)],
        ),
      )
      expect(missing).toEqual([])
    }
    expectInert(terminal)
  } finally {
    await terminal.close()
  }
})
