/** What an answer holds, before a protocol gives it its form. */

/** A list, with the name that XML gives each of its members. */
export class List {
  readonly item: string
  readonly values: readonly Value[]

  constructor(item: string, values: readonly Value[]) {
    this.item = item
    this.values = values
  }
}

/** Values by names that are data themselves: entries in XML, members in JSON. */
export class Dictionary {
  readonly entries: readonly (readonly [string, string | number])[]

  constructor(entries: readonly (readonly [string, string | number])[]) {
    this.entries = entries
  }
}

export interface Members {
  /** What is undefined is left out of the answer. */
  readonly [name: string]: Value | undefined
}

/** A Date is a time of the service: ISO 8601 in XML, seconds since 1970 in JSON. */
export type Value = string | number | boolean | Date | List | Dictionary | Members

/** Structures of one kind, or plain strings. */
export function list(item: string, values: readonly Value[]): List {
  return new List(item, values)
}
