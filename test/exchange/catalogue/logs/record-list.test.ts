import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RecordList } from '../../../../src/exchange/catalogue/logs/record-list.js'
import type { ServiceRecord } from '../../../../src/exchange/catalogue/logs/service-record.js'

const record = (created: number, changed = created): ServiceRecord => ({ created, changed, agent: '', name: '', groups: [], streams: [] })

describe('RecordList', () => {
  it('RecordList does what a map does, through growing and closing its holes', () => {
    const step = fc.record({
      kind: fc.constantFrom('append', 'append', 'remove', 'remove', 'replace'),
      gap: fc.integer({ min: 1, max: 3 }),
      at: fc.nat(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const list = new RecordList()
        const map = new Map<number, ServiceRecord>()
        let created = 0
        for (const { kind, gap, at } of steps) {
          const chosen = [...map.keys()][at % Math.max(1, map.size)]
          if (kind === 'append') {
            created += gap
            list.append(record(created))
            map.set(created, record(created))
          } else if (chosen !== undefined && kind === 'remove') {
            list.remove(chosen)
            map.delete(chosen)
          } else if (chosen !== undefined) {
            list.replace(record(chosen, at))
            map.set(chosen, record(chosen, at))
          }
          expect(list.size).toBe(map.size)
        }
        expect([...list]).toEqual([...map.values()])
        for (let number = 0; number <= created + 1; number++) expect(list.get(number)).toEqual(map.get(number))
      }),
    )
  })

  it('last is the record appended last, while it is there', () => {
    const list = new RecordList([record(1), record(4)])
    expect(list.last).toEqual(record(4))
    list.remove(4)
    expect(list.last).toBeUndefined()
  })
})
