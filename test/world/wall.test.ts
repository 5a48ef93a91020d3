import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWall, type Wall, wallEnvironment } from '../../src/world/wall.ts'

const run = promisify(execFile)

let door: Server
let wall: Wall
beforeAll(async () => {
  door = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    response.end(`${request.method} ${request.url} for ${request.headers.host} ${body}`)
  })
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
  const address = door.address()
  const port = typeof address === 'object' ? address?.port : 0
  wall = await openWall((host) => (host === 'api.loanserve.io' ? `http://127.0.0.1:${port}` : undefined))
})
afterAll(async () => {
  await wall.close()
  await new Promise((resolve) => door.close(resolve))
})

/** curl as it runs inside the world: its way out is the wall. */
async function curl(...args: readonly string[]): Promise<{ code: number; said: string }> {
  const env = { PATH: process.env.PATH, ...wallEnvironment(wall.url) }
  try {
    const { stdout, stderr } = await run('curl', ['-sS', '-m', '5', ...args], { env })
    return { code: 0, said: stdout + stderr }
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !('stderr' in error)) throw error
    return { code: Number(error.code), said: String(error.stderr) }
  }
}

test("a host of the world's Ingress leads to its front door, with path, query, method and body", async () => {
  const { said } = await curl('-d', 'amount=5', 'http://api.loanserve.io/api/loans?page=2')
  expect(said).toBe('POST /api/loans?page=2 for api.loanserve.io amount=5')
})

test('any other host is refused, over http and over https, and says why', async () => {
  expect(await curl('http://example.org/')).toEqual({
    code: 0,
    said: 'example.org is outside of the practice world: nothing was sent to it\n',
  })
  const https = await curl('https://rds.us-east-1.amazonaws.com/')
  expect(https.code).toBe(56)
  expect(https.said).toContain('403')
})

test('what is on this machine is asked directly', async () => {
  const address = door.address()
  const port = typeof address === 'object' ? address?.port : 0
  expect((await curl(`http://127.0.0.1:${port}/healthz`)).said).toContain('GET /healthz')
})
