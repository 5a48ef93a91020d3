/** DescribeEvents. */
import { type Action, told } from '../action.ts'
import { invalidCombination } from '../fault.ts'
import { rdsArn } from '../identity.ts'
import { list } from '../value.ts'
import type { RdsEvent } from './events.ts'
import { markedPage } from './page.ts'

const arnTypes = {
  'db-cluster': 'cluster',
  'db-instance': 'db',
  'db-cluster-snapshot': 'cluster-snapshot',
} as const

/** Events have no name: their time and their place in the log order them. */
function sortKey(event: RdsEvent, events: readonly RdsEvent[]): string {
  return `${new Date(event.at).toISOString()} ${String(events.indexOf(event)).padStart(6, '0')}`
}

export const describeEvents: Action = (account, parameters, { now }) => {
  const source = parameters.text('SourceIdentifier')?.toLowerCase()
  const type = parameters.text('SourceType')
  if (source !== undefined && type === undefined)
    throw invalidCombination('SourceType must be specified when SourceIdentifier is specified.')
  const minutes = parameters.integer('Duration') ?? 60
  const to = parameters.time('EndTime') ?? now
  const from = parameters.time('StartTime') ?? to - minutes * 60_000
  const categories = parameters.texts('EventCategories', 'EventCategory')
  const found = account.events
    .filter((event) => event.at >= from && event.at <= to)
    .filter((event) => type === undefined || event.sourceType === type)
    .filter((event) => source === undefined || event.source === source)
    .filter((event) => categories === undefined || event.categories.some((each) => categories.includes(each)))
    .toSorted((a, b) => a.at - b.at)
  const { page, marker } = markedPage(found, parameters, (event) => sortKey(event, account.events))
  return told(account, {
    Marker: marker,
    Events: list(
      'Event',
      page.map((event) => ({
        SourceIdentifier: event.source,
        SourceType: event.sourceType,
        Message: event.message,
        EventCategories: list('EventCategory', event.categories),
        Date: new Date(event.at),
        SourceArn: rdsArn(arnTypes[event.sourceType], event.source),
      })),
    ),
  })
}
