import { describe, expect, it } from 'vitest'
import { actor, service } from '../../src/actors/define.js'
import { failureOf } from '../actors/evidence.js'
import { crash, Hidden, lineOf, Member, startSystem } from './actors.js'

/** What no name or group may be, and what the error says of it. */
const refused: readonly (readonly [what: string, value: unknown, message: string])[] = [
  ['with a line feed', 'a\nb', 'without control characters'],
  ['with DEL', '\u007f', 'without control characters'],
  ['with half a character', '\ud83d', 'without lone surrogates'],
  ['of 256 letters', 'a'.repeat(256), 'at most 255 bytes'],
  ['of 256 bytes', 'é'.repeat(128), 'at most 255 bytes'],
]
const refusedGroups: typeof refused = [...refused, ['without a character', '', 'at least one character'], ['that is a number', 7, 'string']]
const accepted: readonly (readonly [what: string, value: string])[] = [
  ['of one letter', 'a'],
  ['of 255 letters', 'a'.repeat(255)],
  ['of 254 bytes', 'é'.repeat(127)],
  ['with a blank', 'a b'],
  ['that looks like a pattern', '*'],
  ['with a dot', 'system.time'],
  ['__proto__', '__proto__'],
  ['constructor', 'constructor'],
]

describe('names', () => {
  it.each(refused)('service(), spawn(), lookup() and announcements() refuse a name %s', async (_, name, message) => {
    await using t = await startSystem()
    expect(() => service(import.meta, name as string, () => ({}))).toThrow(message)
    await expect(async () => t.spawn(Member, { name: name as string })).rejects.toThrow(message)
    await expect(t.lookup({ name: name as string })).rejects.toThrow(message)
    expect(() => t.announcements({ name: name as string }, () => undefined)).toThrow(message)
  })

  it.each(refusedGroups)('joinGroup(), leaveGroup(), lookups and announcements() refuse a group %s', async (_, group, message) => {
    await using t = await startSystem()
    const member = await t.spawn(Member)
    for (const work of [member.join(group as string), member.leave(group as string)]) {
      expect(((await failureOf(work)) as Error).message).toContain(message)
    }
    expect(() => t.lookupAll({ group: group as string })).toThrow(message)
    expect(() => t.announcements({ group: group as string }, () => undefined)).toThrow(message)
  })

  it.each(refusedGroups)('service() and spawn() refuse a group %s', async (_, group, message) => {
    await using t = await startSystem()
    expect(() => service(import.meta, 'grouped', { groups: [group as string] }, () => ({}))).toThrow(message)
    await expect(async () => t.spawn(Member, { groups: [group as string] })).rejects.toThrow(message)
  })

  it.each(accepted)('lookups find the name and the group %s', async (_, name) => {
    await using t = await startSystem()
    const member = await t.spawn(Member, { name, groups: [name] })
    const { id } = member.$.binding
    expect(t.lookupAll({ name }).map((one) => one.id)).toEqual([id])
    expect(t.lookupAll({ group: name }).map((one) => one.id)).toEqual([id])
    expect(t.tryLookup('toString')).toBeUndefined()
  })

  it('several services of one name are each their own: found, announced and withdrawn apart', async () => {
    await using t = await startSystem()
    const [first, second] = [await t.spawn(Member), await t.spawn(Member)]
    const seen: string[] = []
    t.announcements({ name: 'member' }, ({ status, binding }) => void seen.push(`${status} ${binding.id}`))
    const ids = [first.$.binding.id, second.$.binding.id]
    expect(new Set(ids).size).toBe(2)
    expect(t.lookupAll(Member).map(({ id }) => id)).toEqual(ids)
    expect([await first.id(), await second.id()]).toEqual(ids)
    await first.$.stop()
    await t.settled()
    expect(t.lookupAll(Member).map(({ id }) => id)).toEqual([ids[1]])
    expect(seen).toEqual([`available ${ids[0]}`, `available ${ids[1]}`, `withdrawn ${ids[0]}`])
  })

  it('id and address are not used again by the next service of the name', async () => {
    await using t = await startSystem()
    const first = await t.spawn(Member)
    await first.$.stop()
    const second = await t.spawn(Member)
    expect(second.$.binding.id).not.toBe(first.$.binding.id)
    expect(t.tryLookup(first.$.binding)).toBeUndefined()
    expect(t.lookupAll({ address: first.$.binding.address })).toEqual([])
    expect(t.lookupAll({ address: second.$.binding.address }).map(({ id }) => id)).toEqual([second.$.binding.id])
  })

  it('id, address and name stay what they are over a restart', async () => {
    await using t = await startSystem()
    const member = await t.spawn(Member)
    const before = member.$.binding
    await crash(t, member)
    expect(await member.id()).toBe(before.id)
    expect(t.lookupAll({})).toEqual([before])
  })

  it('nameless services are announced, and found by group, address and binding, never by name', async () => {
    await using t = await startSystem()
    const seen: string[] = []
    t.announcements({}, (one) => void seen.push(lineOf(one)))
    const nameless = await t.spawn(service(import.meta, '', { groups: ['clients'] }, (self) => ({ id: () => self.id })))
    const { id, address } = nameless.$.binding
    await t.settled()
    expect(seen).toEqual(['service available ', 'group available  clients'])
    expect(await (await t.lookup({ group: 'clients' })).id()).toBe(id)
    expect(await (await t.lookup({ address })).id()).toBe(id)
    expect((await t.lookup(nameless.$.binding)).$.binding.id).toBe(id)
    expect(() => t.tryLookup('')).toThrow('a nameless service is found by its binding')
    expect(() => t.lookupAll({ name: '' })).toThrow('at least one character')
  })

  it('actor() definitions and light actors are registered nowhere', async () => {
    await using t = await startSystem()
    const join = actor(import.meta, 'named', (self) => ({ join: () => self.joinGroup('g') }))
    await (await t.spawn(join)).join()
    await t.spawn(actor((self) => ({ join: () => self.joinGroup('g') }))).join()
    expect([t.lookupAll({}), t.lookupAll({ group: 'g' }), t.tryLookup('named')]).toEqual([[], [], undefined])
  })
})

describe('hidden services', () => {
  it('a hidden service answers who has its Remote, and is seen by nobody else', async () => {
    await using t = await startSystem()
    const seen: string[] = []
    t.announcements({}, (one) => void seen.push(lineOf(one)))
    const hidden = await t.spawn(Hidden, { groups: ['g'] })
    await hidden.join('h')
    await t.settled()
    expect([t.tryLookup('hidden'), t.lookupAll({}), t.lookupAll({ group: 'h' }), seen]).toEqual([undefined, [], [], []])
  })

  it('announce() shows it with the groups that it has joined before, in order, and does nothing a second time', async () => {
    await using t = await startSystem()
    const seen: string[] = []
    t.announcements({}, (one) => void seen.push(lineOf(one)))
    const hidden = await t.spawn(Hidden, { groups: ['g'] })
    await hidden.join('h')
    await hidden.announce()
    expect(t.lookupAll({ group: 'h' }).map(({ id }) => id)).toEqual([hidden.$.binding.id])
    await hidden.announce()
    await t.settled()
    expect(seen).toEqual(['service available hidden', 'group available hidden g', 'group available hidden h'])
  })

  it('announce() lets those go on who wait for it', async () => {
    await using t = await startSystem()
    const hidden = await t.spawn(Hidden)
    const waiting = t.lookup('hidden')
    await hidden.announce()
    expect((await waiting).$.binding.id).toBe(hidden.$.binding.id)
  })

  it('a hidden service that stops is withdrawn from nobody', async () => {
    await using t = await startSystem()
    const seen: string[] = []
    t.announcements({}, (one) => void seen.push(lineOf(one)))
    const hidden = await t.spawn(Hidden)
    await hidden.$.stop()
    await t.settled()
    expect(seen).toEqual([])
  })

  it('announce() during setup shows the service when its setup has ended', async () => {
    await using t = await startSystem()
    const Eager = service(import.meta, 'eager', { visibility: 'hidden' }, async (self) => {
      await self.announce()
      return { visible: () => self.tryLookup('eager') !== undefined }
    })
    const eager = await t.spawn(Eager)
    expect(await eager.visible()).toBe(true)
  })

  it('announce() of a service that is visible already does nothing, of an actor that is no service fails', async () => {
    await using t = await startSystem()
    const seen: string[] = []
    t.announcements({}, (one) => void seen.push(lineOf(one)))
    await (await t.spawn(Member)).announce()
    const Named = actor(import.meta, 'unregistered', (self) => ({ announce: () => self.announce() }))
    await expect((await t.spawn(Named)).announce()).rejects.toThrow('only a service can be announced')
    await t.settled()
    expect(seen).toEqual(['service available member'])
  })
})
