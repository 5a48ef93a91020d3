/** The one write that moves the traffic, and says on the Service where it came from. */
import type { Deployment, Service } from './objects.ts'

/** One operation of a JSON Patch (RFC 6902). */
export type Operation =
  | { readonly op: 'test' | 'replace'; readonly path: string; readonly value: string }
  | { readonly op: 'add'; readonly path: string; readonly value: string | Readonly<Record<string, string>> }
  | { readonly op: 'remove'; readonly path: string }

/** What stands on the Service for whoever has to go back: the color that served before, and its image. */
export interface Origin {
  readonly color: string | undefined
  readonly image: string | undefined
}

/** As the runbook `rollback` reads them. */
const annotation = { color: 'handrail/came-from', image: 'handrail/came-from-image' } as const

/** The container whose image tells the version; a sidecar may stand before it. */
const applicationContainer = 'api'

/** Where traffic that leaves this Deployment comes from. */
export function originOf(color: string, { spec }: Deployment): Origin {
  const { containers } = spec.template.spec
  const own = containers.find(({ name }) => name === applicationContainer) ?? containers[0]
  return { color, image: own?.image }
}

/** The origin that stands on the Service now. */
export function writtenOrigin({ metadata }: Service): Origin {
  return { color: metadata.annotations[annotation.color], image: metadata.annotations[annotation.image] }
}

/**
 * Points the Service from one color at another and writes the origin on it, all or nothing. The server refuses it when
 * the selector has been moved meanwhile. Without a Service that was seen, only the selector is moved.
 */
export function trafficPatch(
  service: Service | undefined,
  from: string,
  to: string,
  origin: Origin,
): readonly Operation[] {
  const path = '/spec/selector/color'
  const move: readonly Operation[] = [
    { op: 'test', path, value: from },
    { op: 'replace', path, value: to },
  ]
  return service === undefined ? move : [...move, ...annotate(service.metadata.annotations, origin)]
}

function annotate(present: Readonly<Record<string, string>>, origin: Origin): readonly Operation[] {
  const wanted = [
    [annotation.color, origin.color],
    [annotation.image, origin.image],
  ] as const
  if (Object.keys(present).length === 0) {
    // The object that would hold them is not there: a path into it leads nowhere.
    const value = Object.fromEntries(
      wanted.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])),
    )
    return Object.keys(value).length === 0 ? [] : [{ op: 'add', path: '/metadata/annotations', value }]
  }
  return wanted.flatMap(([name, value]): Operation[] => {
    const path = `/metadata/annotations/${name.replaceAll('/', '~1')}`
    if (value !== undefined) return [{ op: 'add', path, value }]
    // To remove what is not there would fail the whole patch.
    return name in present ? [{ op: 'remove', path }] : []
  })
}
