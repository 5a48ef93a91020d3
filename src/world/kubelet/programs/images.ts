/** What images hold, as far as practice needs it: the programs in them, and what they run when nothing else is said. */
import { curl, wget } from './curl.ts'
import { namePrograms } from './names.ts'
import { pgIsReady } from './pg-isready.ts'
import { type Program, runCall } from './program.ts'
import { shell } from './shell/shell.ts'
import { systemPrograms } from './system.ts'
import { textPrograms } from './text.ts'

export interface ImageContent {
  readonly programs: ReadonlyMap<string, Program>
  /** What the image runs without a command and arguments: a program of its own that serves on a port, or words. */
  readonly entry:
    | { readonly kind: 'server'; readonly command: string; readonly port: number | undefined }
    | { readonly kind: 'words'; readonly entrypoint: readonly string[]; readonly words: readonly string[] }
}

const basics = { ...systemPrograms, ...textPrograms, sh: shell('sh') }

function programs(...more: readonly Readonly<Record<string, Program>>[]): ReadonlyMap<string, Program> {
  return new Map([basics, ...more].flatMap((each) => Object.entries(each)))
}

/** The curl image's own: words that aren't a program are curl's. */
const curlEntry: Program = function* (call) {
  const [first = '', ...rest] = call.args
  const other = first === 'curl' ? undefined : call.room.programs.get(first)
  return yield* other === undefined
    ? runCall(curl, { ...call, args: first === 'curl' ? rest : call.args })
    : runCall(other, { ...call, args: rest })
}

const busybox = programs({ ash: shell('ash'), wget, nslookup: namePrograms.nslookup })
const debian = programs({ bash: shell('bash'), dash: shell('dash'), getent: namePrograms.getent })
const application = programs({ bash: shell('bash'), curl, pg_isready: pgIsReady, ...namePrograms })

function words(found: ReadonlyMap<string, Program>, ...given: readonly string[]): ImageContent {
  return { programs: found, entry: { kind: 'words', entrypoint: [], words: given } }
}

function server(found: ReadonlyMap<string, Program>, command: string, port?: number): ImageContent {
  return { programs: found, entry: { kind: 'server', command, port } }
}

/** Public images whose content is known, by the last part of their name. */
const known: Readonly<Record<string, ImageContent>> = {
  busybox: words(busybox, 'sh'),
  alpine: words(busybox, '/bin/sh'),
  debian: words(debian, 'bash'),
  ubuntu: words(debian, '/bin/bash'),
  bash: words(programs({ bash: shell('bash') }), 'bash'),
  curl: {
    programs: programs({
      ash: shell('ash'),
      curl,
      wget,
      nslookup: namePrograms.nslookup,
      'entrypoint.sh': curlEntry,
    }),
    entry: { kind: 'words', entrypoint: ['/entrypoint.sh'], words: ['curl'] },
  },
  nginx: server(debian, 'nginx: master process nginx -g daemon off;', 80),
  'nginx-unprivileged': server(debian, 'nginx: master process nginx -g daemon off;', 8080),
  httpd: server(debian, 'httpd -DFOREGROUND', 80),
  redis: server(debian, 'redis-server *:6379', 6379),
  postgres: server(programs({ bash: shell('bash'), pg_isready: pgIsReady }), 'postgres', 5432),
  pause: { programs: new Map(), entry: { kind: 'server', command: '/pause', port: undefined } },
}

/** What an image that nobody knows holds: a release of the application. */
const release: ImageContent = {
  programs: application,
  entry: { kind: 'server', command: 'node server.js', port: undefined },
}

/** The last part of an image's name: `curl` of `docker.io/curlimages/curl:8.14.1`. */
function nameOf(image: string): string {
  const path = image.split('@')[0] ?? ''
  return path.slice(path.lastIndexOf('/') + 1).split(':')[0] ?? ''
}

/** Whether the image is the application's: every one that isn't a public image known by its name. */
export function isApplication(image: string): boolean {
  return !Object.hasOwn(known, nameOf(image))
}

/** What is in an image. */
export function contentOf(image: string): ImageContent {
  const name = nameOf(image)
  return Object.hasOwn(known, name) ? (known[name] ?? release) : release
}
