/** What a container does once it runs: a decision over its image, its command and its environment. */
import { type AppBehavior, behaviorOf } from '../app/behavior.ts'
import type { Container } from '../kubernetes/objects.ts'
import { contentOf, isApplication } from './programs/images.ts'
import { baseName } from './programs/program.ts'
import { handlesTermination } from './programs/shell/shell.ts'

export type ContainerProgram =
  /** Serves until it is told to end, and ends by itself only when its behavior says that it crashes. */
  | {
      readonly kind: 'server'
      readonly behavior: AppBehavior
      /** Whether it is the application, which answers requests; other servers only listen. */
      readonly isApplication: boolean
      /** The port on which it listens; undefined for one that listens wherever it is asked. */
      readonly port: number | undefined
      readonly command: string
    }
  /** Runs a program of the image to its end. */
  | {
      readonly kind: 'program'
      readonly words: readonly string[]
      /** Whether it does something about SIGTERM: a main process that doesn't isn't ended by it. */
      readonly endsAtTermination: boolean
    }
  /** The image has no such program. */
  | { readonly kind: 'missing'; readonly word: string }

/** Words that start the application by another name. */
const starters = /(^|[\s;&|(])(node|npm|npx|yarn|pnpm)\s/

const shells = new Set(['sh', 'bash', 'ash', 'dash'])

/** What the container runs; `behave` says how the application of an image does. */
export function programOf(
  { image, command, args }: Pick<Container, 'image' | 'command' | 'args'>,
  env: Readonly<Record<string, string>>,
  behave: (image: string, env: Readonly<Record<string, string>>) => AppBehavior = behaviorOf,
): ContainerProgram {
  const { programs, entry } = contentOf(image)
  const application = isApplication(image)
  const serve = (): ContainerProgram => {
    const server = entry.kind === 'server' ? entry : undefined
    return {
      kind: 'server',
      behavior: behave(image, env),
      isApplication: application,
      port: server?.port,
      command: server?.command ?? '',
    }
  }
  const own = entry.kind === 'words' ? entry : undefined
  if (own === undefined && command === undefined && (application || args === undefined)) return serve()
  const words = [
    ...(command ?? own?.entrypoint ?? []),
    ...(args ?? (command === undefined ? (own?.words ?? []) : [])),
  ]
  const [first = ''] = words
  const name = baseName(first)
  if (application && starters.test(`${words.join(' ')} `)) return serve()
  if (!programs.has(name)) {
    const ownWord = entry.kind === 'server' ? (entry.command.split(/[: ]/)[0] ?? '') : ''
    // An application's image may hold programs that nobody here knows: they are the application.
    if (application || name === ownWord || name === 'docker-entrypoint.sh') return serve()
    return { kind: 'missing', word: first }
  }
  const endsAtTermination = shells.has(name) && handlesTermination({ args: words.slice(1) })
  return { kind: 'program', words, endsAtTermination }
}
