import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ActorFacts, addressOf } from '../../src/actors/kernel/binding.js'
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
})

const GROUPS = ['g', 'h', '__proto__'] as const

const step = fc.record({
  kind: fc.constantFrom('add', 'add', 'remove', 'join', 'join', 'leave'),
  id: fc.nat(12),
  name: fc.constantFrom('a', 'b', 'constructor', '__proto__', ''),
  thread: fc.constantFrom('0', '1'),
  group: fc.constantFrom(...GROUPS),
})

/** The registry as a list that is searched from its beginning. */
class Model {
  list: ActorFacts[] = []

  known(id: string): ActorFacts | undefined {
    return this.list.find((other) => other.id === id)
  }

  add(one: ActorFacts): boolean {
    if (this.known(one.id) !== undefined) return false
    this.list.push(one)
    return true
  }

  remove(id: string): ActorFacts | undefined {
    const known = this.known(id)
    this.list = this.list.filter((other) => other !== known)
    return known
  }

  regroup(id: string, group: string, joins: boolean): ActorFacts | undefined {
    const known = this.known(id)
    if (known === undefined || known.groups.includes(group) === joins) return undefined
    const groups = joins ? [...known.groups, group] : known.groups.filter((one) => one !== group)
    this.list = this.list.map((other) => (other === known ? { ...known, groups } : other))
    return this.known(id)
  }
}

describe('Registry', () => {
  it('Registry equals a list searched from its beginning', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const registry = new Registry()
        const model = new Model()
        for (const { kind, id, name, thread, group } of steps) {
          const one = facts(id, name, thread)
          if (kind === 'add') expect(registry.add(one)).toBe(model.add(one))
          else if (kind === 'remove') expect(registry.remove(one.id)).toEqual(model.remove(one.id))
          else if (kind === 'join') expect(registry.join(one.id, group)).toEqual(model.regroup(one.id, group, true))
          else expect(registry.leave(one.id, group)).toEqual(model.regroup(one.id, group, false))
          expect(registry.byId(one.id)).toEqual(model.known(one.id))
          for (const wanted of ['a', 'b', 'constructor', '__proto__', 'toString', '']) {
            expect([...registry.all({ name: wanted })]).toEqual(model.list.filter((other) => other.name === wanted))
            for (const within of GROUPS) {
              const members = model.list.filter(({ groups }) => groups.includes(within))
              expect(new Set(registry.all({ group: within }))).toEqual(new Set(members))
              expect([...registry.all({ name: wanted, group: within })]).toEqual(members.filter((other) => other.name === wanted))
            }
          }
          expect([...registry.all({})]).toEqual(model.list)
          expect([...registry.all({ address: addressOf(one) })]).toEqual(model.list.filter((other) => addressOf(other) === addressOf(one)))
          expect(registry.ofThread(one.thread)).toEqual(model.list.filter((other) => other.thread === one.thread))
        }
      }),
    )
  })
})
