/** Values that are there at once where nothing has to be waited for, so that a clock moved by hand sees them come. */

export type Soon<T> = T | Promise<T>

/** What `next` makes of the value, as soon as that can be said. */
export function andThen<T, U>(value: Soon<T>, next: (value: T) => Soon<U>): Soon<U> {
  return value instanceof Promise ? value.then(next) : next(value)
}

/** The value, or what `rescue` makes of the error that came instead of it. */
export function orElse<T>(attempt: () => Soon<T>, rescue: (error: unknown) => T): Soon<T> {
  try {
    const value = attempt()
    return value instanceof Promise ? value.catch(rescue) : value
  } catch (error) {
    return rescue(error)
  }
}
