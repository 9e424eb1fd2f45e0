import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ActorFacts } from '../../src/actors/kernel/binding.js'
import type { ActorId, ThreadKey } from '../../src/base/ids.js'
import { Registry } from '../../src/router/registry.js'

const facts = (id: number, name: string, thread: string): ActorFacts => ({
  id: `${id}@p` as ActorId,
  name,
  audience: '*',
  groups: [],
  process: 'p',
  thread: thread as ThreadKey,
  cell: id,
  streams: [],
  supervisor: null,
})

const step = fc.record({
  kind: fc.constantFrom('add', 'add', 'remove'),
  id: fc.nat(12),
  name: fc.constantFrom('a', 'b', 'constructor', '__proto__', ''),
  thread: fc.constantFrom('0', '1'),
})

describe('Registry', () => {
  it('Registry equals a list searched from its beginning', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const registry = new Registry()
        let list: ActorFacts[] = []
        for (const { kind, id, name, thread } of steps) {
          const one = facts(id, name, thread)
          const known = list.find((other) => other.id === one.id)
          if (kind === 'add') {
            expect(registry.add(one)).toBe(known === undefined)
            if (known === undefined) list.push(one)
          } else {
            expect(registry.remove(one.id)).toBe(known)
            list = list.filter((other) => other !== known)
          }
          expect(registry.byId(one.id)).toBe(list.find((other) => other.id === one.id))
          for (const wanted of ['a', 'b', 'constructor', '__proto__', 'toString', '']) {
            expect(registry.first({ name: wanted })).toBe(list.find((other) => other.name === wanted))
          }
          expect(registry.ofThreads((thread) => thread === one.thread)).toEqual(list.filter((other) => other.thread === one.thread))
        }
      }),
    )
  })
})
