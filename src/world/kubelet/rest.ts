/** How a life passes time in which nothing happens to it. */
import type { Container } from '../kubernetes/objects.ts'
import type { ContainerMoment, Life } from './life.ts'

/** Thrown inside a life that is told to end while nothing runs in it. */
export class LifeEnded extends Error {}

export interface Changed {
  readonly at: number
  readonly container: Container
}

/**
 * Stays in a moment until that time. Gives the container's new definition, and when it came, if that was earlier.
 * Throws LifeEnded when the life is told to end.
 */
export function* rest(moment: Omit<ContainerMoment, 'wakeAt'>, until: number): Life<Changed | undefined> {
  let shown: ContainerMoment = { ...moment, wakeAt: until }
  for (;;) {
    const news = yield shown
    if (news.kind === 'end') throw new LifeEnded()
    if (news.kind === 'changed') return { at: news.at, container: news.container }
    if (news.kind === 'time' && news.at >= until) return undefined
    shown = { ...shown, at: news.at, events: [], deeds: [] }
  }
}
