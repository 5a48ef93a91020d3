/** The lives of a pod's containers as one sequence of moments. */
import type { Happening } from '../event-recorder.ts'
import { type ContainerMoment, type ContainerSetting, containerLife } from './container-life.ts'

export interface PodMoment {
  /** Milliseconds since the pod was created, as a real cluster would take them. */
  readonly at: number
  /** Every container as it is now, in the order of the pod's spec. */
  readonly containers: readonly { readonly setting: ContainerSetting; readonly moment: ContainerMoment }[]
  /** Which container changed, or that none did at the very beginning. */
  readonly changed?: string
  readonly events: readonly Happening[]
}

/** A pod's life from its creation on: first all containers waiting, then each change of one of them in order. */
export function* podLife(settings: readonly ContainerSetting[]): Generator<PodMoment, void> {
  const lives = settings.flatMap((setting) => {
    const life = containerLife(setting)
    const first = life.next()
    return first.done ? [] : [{ setting, life, moment: first.value, next: life.next() }]
  })
  const snapshot = () => lives.map(({ setting, moment }) => ({ setting, moment }))
  yield { at: 0, containers: snapshot(), events: [] }
  for (;;) {
    const [soonest] = lives
      .flatMap((life) => (life.next.done ? [] : [{ life, at: life.next.value.at, moment: life.next.value }]))
      .sort((a, b) => a.at - b.at)
    if (soonest === undefined) return
    const { life, moment, at } = soonest
    life.moment = moment
    yield { at, containers: snapshot(), changed: life.setting.container.name, events: moment.events }
    life.next = life.life.next()
  }
}
