import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AudienceLog } from '../../../../src/exchange/catalogue/logs/audience-log.js'
import type { LogChange, LogDelta, LogUpdate } from '../../../../src/exchange/catalogue/logs/log-update.js'
import { LogWriter } from '../../../../src/exchange/catalogue/logs/log-writer.js'
import { updateFault } from '../../../../src/exchange/catalogue/update-check.js'
import { entry, Observer, processName, seenOf } from '../entries.js'

const origin = processName(1)
const name = { origin, audience: '*' }
const limits = { nameBytes: 255, groupsPerRecord: 8, streamsPerRecord: 8 }
const service = (agent: string, ...groups: string[]) => ({ agent, name: `name of ${agent}`, groups, streams: [] })

/** A log of the changes from 1 to 5: two services, of which the first joins, leaves and is withdrawn. */
function story(): { readonly writer: LogWriter; readonly changes: LogChange[] } {
  const writer = new LogWriter(name, 8)
  const changes = [
    writer.write({ kind: 'available', service: service('a', 'g') }),
    writer.write({ kind: 'available', service: service('b') }),
    writer.write({ kind: 'joined', agent: 'a', group: 'h' }),
    writer.write({ kind: 'left', agent: 'a', group: 'g' }),
    writer.write({ kind: 'withdrawn', agent: 'a', reason: 'crashed' }),
  ]
  return { writer, changes: changes as LogChange[] }
}

const told = (log: AudienceLog, update: LogUpdate): string[] => {
  const applied = log.apply(update)
  if (applied.kind !== 'applied') return [applied.kind]
  return applied.events.map((event) => `${event.kind} ${event.record.agent}${'group' in event ? ` ${event.group}` : ''}`)
}

describe('AudienceLog', () => {
  it('apply() announces available then groups, groups then withdrawn', () => {
    const log = new AudienceLog(name, 8)
    expect(story().changes.map((change) => told(log, change))).toEqual([
      ['available a', 'joined a g'],
      ['available b'],
      ['joined a h'],
      ['left a g'],
      ['left a h', 'withdrawn a'],
    ])
    expect(log.apply({ kind: 'withdrawn', number: 6, created: 2, reason: 'drained' })).toMatchObject({ events: [{ reason: 'drained' }] })
  })

  it('apply() says what it cannot take: a gap, an old number, the same number, what fits no record', () => {
    const { changes } = story()
    const log = new AudienceLog(name, 8)
    expect(log.apply(changes[1] as LogChange)).toEqual({ kind: 'gap', number: 0 })
    for (const change of changes.slice(0, 3)) log.apply(change)
    expect(log.apply(changes[4] as LogChange)).toEqual({ kind: 'gap', number: 3 })
    expect(log.apply(changes[2] as LogChange)).toEqual({ kind: 'duplicate' })
    expect(log.apply(changes[0] as LogChange)).toEqual({ kind: 'old' })
    const before = log.digest
    expect(log.apply({ kind: 'joined', number: 4, created: 1, group: 'g' })).toMatchObject({ kind: 'refused' })
    expect(log.apply({ kind: 'left', number: 4, created: 2, group: 'g' })).toMatchObject({ kind: 'refused' })
    expect(log.apply({ kind: 'withdrawn', number: 4, created: 3, reason: 'stopped' })).toMatchObject({ kind: 'refused' })
    const moved = { created: 3, changed: 5, groups: [] }
    expect(log.apply({ kind: 'delta', from: 3, to: 5, removed: [], records: [], regrouped: [moved] })).toMatchObject({ kind: 'refused' })
    expect(log.digest).toEqual(before)
  })

  it('since() is a delta while the removals reach back, else the whole state', () => {
    const { writer } = story()
    expect(writer.log.since(5)).toBeUndefined()
    expect(writer.log.since(2)).toEqual({
      kind: 'delta',
      from: 2,
      to: 5,
      removed: [{ number: 5, created: 1, reason: 'crashed' }],
      records: [],
      regrouped: [],
    })
    expect(writer.log.since(0)).toMatchObject({ kind: 'state', number: 5, records: [{ agent: 'b' }] })
    for (let i = 0; i < 20; i++) {
      writer.write({ kind: 'available', service: service('c') })
      writer.write({ kind: 'withdrawn', agent: 'c', reason: 'stopped' })
    }
    expect(writer.log.since(2)).toMatchObject({ kind: 'state', number: 45 })
    expect((writer.log.since(41) as LogDelta).removed).toHaveLength(2)
  })

  it('apply() of a state announces the difference only, what is gone newest first', () => {
    const { writer, changes } = story()
    const log = new AudienceLog(name, 8)
    for (const change of changes.slice(0, 3)) log.apply(change)
    writer.write({ kind: 'available', service: service('c') })
    writer.write({ kind: 'joined', agent: 'b', group: 'k' })
    expect(told(log, writer.log.since(0) as LogUpdate)).toEqual(['left a g', 'left a h', 'withdrawn a', 'joined b k', 'available c'])
    expect(log.digest).toEqual(writer.log.digest)
    expect(told(log, writer.log.since(0) as LogUpdate)).toEqual(['duplicate'])
  })

  it('apply() of a state with the same number and other records takes it', () => {
    const { writer } = story()
    const other = new LogWriter(name, 8)
    for (const agent of ['v', 'w', 'x', 'y', 'z']) other.write({ kind: 'available', service: service(agent) })
    const state = writer.log.since(0) as LogUpdate
    expect(told(other.log, state)).toContain('available b')
    expect(other.log.digest).toEqual(writer.log.digest)
  })

  it('write() says nothing twice, and nothing of a service that it does not know', () => {
    const { writer } = story()
    expect(writer.write({ kind: 'available', service: service('b') })).toBeUndefined()
    expect(writer.write({ kind: 'withdrawn', agent: 'a', reason: 'stopped' })).toBeUndefined()
    expect(writer.write({ kind: 'left', agent: 'b', group: 'g' })).toBeUndefined()
    expect(writer.log.number).toBe(5)
  })

  it('a replica equals its writer, whatever of it came in which way, and its observers were told as much', () => {
    const step = fc.record({ entry, to: fc.nat(2), how: fc.constantFrom('change', 'since', 'again', 'state', 'wait'), back: fc.nat(6) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 2, max: 6 }), (steps, removals) => {
        const writer = new LogWriter(name, removals)
        const replicas = [0, 1, 2].map(() => ({ log: new AudienceLog(name, removals), observer: new Observer() }))
        const apply = (to: number, update: LogUpdate | undefined): void => {
          if (update === undefined) return
          expect(updateFault(update, limits)).toBeUndefined()
          const { log, observer } = replicas[to] as (typeof replicas)[number]
          const applied = log.apply(structuredClone(update))
          expect(applied.kind).not.toBe('refused')
          if (applied.kind === 'applied') observer.hear(applied.events)
        }
        for (const { entry: given, to, how, back } of steps) {
          const change = writer.write(given)
          const source = (replicas[back % 3] as (typeof replicas)[number]).log
          const number = (replicas[to] as (typeof replicas)[number]).log.number
          if (how === 'change') apply(to, change)
          if (how === 'since') apply(to, writer.log.since(number))
          if (how === 'again') apply(to, source.since(Math.max(0, number - back)))
          if (how === 'state') apply(to, writer.log.since(0))
        }
        replicas.forEach(({ log, observer }, to) => {
          apply(to, writer.log.since(log.number))
          expect(log.digest).toEqual(writer.log.digest)
          expect([...log.records]).toEqual([...writer.log.records])
          expect([...observer.seen].sort()).toEqual(seenOf(log.records, origin, '*').sort())
        })
      }),
      { numRuns: 300 },
    )
  })
})
