import fc from 'fast-check'
import { expect } from 'vitest'
import type { LogEvent } from '../../../src/exchange/catalogue/logs/log-event.js'
import type { Entry } from '../../../src/exchange/catalogue/logs/log-writer.js'
import type { ServiceRecord } from '../../../src/exchange/catalogue/logs/service-record.js'
import type { ProcessName } from '../../../src/exchange/protocol/process-name.js'

const AGENTS = ['0.1', '0.2', '1.a', '1.b', '2.7']
const GROUPS = ['g', 'h', 'constructor']
const agent = fc.constantFrom(...AGENTS)
const group = fc.constantFrom(...GROUPS)

/** Any entry, whether it fits what was written before or not. */
export const entry: fc.Arbitrary<Entry> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('available' as const),
      service: fc.record({
        agent,
        name: fc.constantFrom('', 'clock', '__proto__', 'ü'),
        groups: fc.uniqueArray(group, { maxLength: 2 }),
        streams: fc.constantFrom(null, [], ['ticks']),
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('withdrawn' as const),
      agent,
      reason: fc.constantFrom('stopped' as const, 'crashed' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('joined' as const), agent, group }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('left' as const), agent, group }) },
)

/** The name of a process, by a digit of its id. */
export function processName(digit: number, incarnation = 1): ProcessName {
  return { id: digit.toString(16).padStart(32, '0'), incarnation }
}

/** An observer who believes what it is told, and fails when that does not alternate or is out of order. */
export class Observer {
  readonly seen = new Map<string, { readonly name: string; readonly groups: Set<string> }>()

  hear(events: Iterable<LogEvent>): void {
    for (const event of events) this.#hear(event, `${event.record.agent}@${event.log.origin.id} to ${event.log.audience}`)
  }

  #hear(event: LogEvent, key: string): void {
    const known = this.seen.get(key)
    if (event.kind === 'available') {
      expect(known).toBeUndefined()
      this.seen.set(key, { name: event.record.name, groups: new Set() })
    } else if (event.kind === 'withdrawn') {
      expect(known?.groups).toEqual(new Set())
      this.seen.delete(key)
    } else {
      expect(known?.groups.has(event.group)).toBe(event.kind === 'left')
      if (event.kind === 'joined') known?.groups.add(event.group)
      else known?.groups.delete(event.group)
    }
  }
}

/** What an observer who was told everything has seen of a log. */
export function seenOf(records: Iterable<ServiceRecord>, origin: ProcessName, audience: string): [string, unknown][] {
  return [...records].map(({ agent, name, groups }) => [`${agent}@${origin.id} to ${audience}`, { name, groups: new Set(groups) }])
}
