import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RecentMap } from '../../src/router/recent-map.js'

const LIMIT = 8
const step = fc.record({ kind: fc.constantFrom('get', 'set'), key: fc.nat(20).map(String) })

describe('RecentMap', () => {
  it('RecentMap keeps what was asked for lately, and no more than its limit', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
        const map = new RecentMap<{ readonly key: string }>(LIMIT)
        const values = new Map<string, { readonly key: string }>()
        let recent: string[] = []
        for (const { kind, key } of steps) {
          const found = map.get(key)
          if (recent.includes(key)) expect(found).toBeDefined()
          if (found !== undefined) expect(found).toBe(values.get(key))
          if (kind === 'set' && found === undefined) {
            values.set(key, { key })
            map.set(key, values.get(key) as { readonly key: string })
          }
          if (kind === 'set' || found !== undefined) recent = [key, ...recent.filter((one) => one !== key)].slice(0, LIMIT / 2)
        }
        const kept = [...values.keys()].filter((key) => map.get(key) !== undefined)
        expect(kept.length).toBeLessThanOrEqual(LIMIT)
      }),
    )
  })
})
