import { describe, expect, it } from 'vitest'
import { service } from '../../src/actors/define.js'
import type { Announcement } from '../../src/actors/report-type.js'
import { crash, fail, Hidden, lineOf, Member, startSystem } from './actors.js'

type Listener = (announcement: Announcement) => void

/** Writes down what an observer hears; `take` gives it and begins anew. */
function notes(): { readonly note: Listener; readonly take: () => string[] } {
  const lines: string[] = []
  return { note: (announcement) => void lines.push(lineOf(announcement)), take: () => lines.splice(0) }
}

describe('announcements() filters', () => {
  it('{} hears of all services and all groups: replay of what is there, then every change', async () => {
    await using t = await startSystem()
    const { note, take } = notes()
    await t.spawn(Member, { name: 'a', groups: ['g', 'h'] })
    const b = await t.spawn(Member, { name: 'b' })
    t.announcements({}, note)
    await t.settled()
    expect(take()).toEqual(['service available a', 'group available a g', 'group available a h', 'service available b'])
    await b.join('g')
    await b.leave('g')
    await b.$.stop()
    await t.settled()
    expect(take()).toEqual(['group available b g', 'group withdrawn b g', 'service withdrawn b stopped'])
  })

  it('{ name }, a contract or definition hear of services of that name, and never of groups', async () => {
    await using t = await startSystem()
    const [byName, byDefinition] = [notes(), notes()]
    const member = await t.spawn(Member, { groups: ['g'] })
    await t.spawn(Member, { name: 'other', groups: ['g'] })
    t.announcements({ name: 'member' }, byName.note)
    t.announcements(Member, byDefinition.note)
    await member.join('h')
    await member.$.stop()
    await t.settled()
    const wanted = ['service available member', 'service withdrawn member stopped']
    expect([byName.take(), byDefinition.take()]).toEqual([wanted, wanted])
  })

  it('{ group } hears who joins and leaves that group, a withdrawal too, and never of services', async () => {
    await using t = await startSystem()
    const { note, take } = notes()
    const member = await t.spawn(Member, { groups: ['g', 'h'] })
    t.announcements({ group: 'g' }, note)
    const late = await t.spawn(Member, { name: 'late' })
    await late.join('g')
    await member.leave('g')
    await member.leave('h')
    await late.$.stop()
    await member.$.stop()
    await t.settled()
    expect(take()).toEqual([
      'group available member g',
      'group available late g',
      'group withdrawn member g',
      'group withdrawn late g stopped',
    ])
  })

  it('{ address } hears of that one service and its groups', async () => {
    await using t = await startSystem()
    const { note, take } = notes()
    const [one, other] = [await t.spawn(Member, { groups: ['g'] }), await t.spawn(Member, { groups: ['g'] })]
    t.announcements({ address: one.$.binding.address }, note)
    await other.join('h')
    await one.join('i')
    await other.$.stop()
    await one.$.stop()
    await t.settled()
    expect(take()).toEqual([
      'service available member',
      'group available member g',
      'group available member i',
      'group withdrawn member g stopped',
      'group withdrawn member i stopped',
      'service withdrawn member stopped',
    ])
  })

  it('{ address } of what is not there replays nothing, and hears of it when it comes', async () => {
    await using t = await startSystem()
    const { note, take } = notes()
    const hidden = await t.spawn(Hidden)
    t.announcements({ address: hidden.$.binding.address }, note)
    await t.settled()
    expect(take()).toEqual([])
    await hidden.announce()
    await t.settled()
    expect(take()).toEqual(['service available hidden'])
  })

  it('all that a filter says must fit', async () => {
    await using t = await startSystem()
    const { note, take } = notes()
    t.announcements({ name: 'a', group: 'g' }, note)
    await t.spawn(Member, { name: 'a', groups: ['g', 'h'] })
    await t.spawn(Member, { name: 'b', groups: ['g'] })
    await t.settled()
    expect(take()).toEqual(['group available a g'])
  })

  it.each<[string, unknown, string]>([
    ['text', 'member', 'give a contract'],
    ['nothing', undefined, 'give a contract'],
    ['a key that is none', { nam: 'x' }, 'unknown key "nam"'],
  ])('announcements() refuses %s', async (_, filter, message) => {
    await using t = await startSystem()
    expect(() => t.announcements(filter as object, () => undefined)).toThrow(message)
  })

  it('announcements() of a Remote refuses and names watch()', async () => {
    await using t = await startSystem()
    const member = await t.spawn(Member)
    expect(() => t.announcements(member as object, () => undefined)).toThrow('of one actor use watch()')
  })
})

describe('announcements() order', () => {
  it('tells observers of everything, of an address, of a name and of a group in the order of the event', async () => {
    await using t = await startSystem()
    const hidden = await t.spawn(Hidden, { groups: ['g'] })
    const seen: string[] = []
    const observe = (who: string, filter: object): void => void t.announcements(filter, (one) => void seen.push(`${who}: ${lineOf(one)}`))
    // Not in the order in which they are told.
    observe('group', { group: 'g' })
    observe('name', { name: 'hidden' })
    observe('address', { address: hidden.$.binding.address })
    observe('registry', {})
    await hidden.announce()
    await hidden.$.stop()
    await t.settled()
    expect(seen).toEqual([
      'registry: service available hidden',
      'address: service available hidden',
      'name: service available hidden',
      'registry: group available hidden g',
      'address: group available hidden g',
      'group: group available hidden g',
      'group: group withdrawn hidden g stopped',
      'address: group withdrawn hidden g stopped',
      'registry: group withdrawn hidden g stopped',
      'name: service withdrawn hidden stopped',
      'address: service withdrawn hidden stopped',
      'registry: service withdrawn hidden stopped',
    ])
  })

  it('tells observers of one kind in the order in which they began, join and leave as the table says', async () => {
    await using t = await startSystem()
    const member = await t.spawn(Member)
    const seen: string[] = []
    const observe = (who: string, filter: object): void =>
      void t.announcements(filter, ({ kind }) => void (kind === 'group' && seen.push(who)))
    for (const n of [1, 2]) {
      observe(`group ${n}`, { group: 'g' })
      observe(`address ${n}`, { address: member.$.binding.address })
      observe(`registry ${n}`, {})
    }
    await member.join('g')
    await t.settled()
    expect(seen.splice(0)).toEqual(['registry 1', 'registry 2', 'address 1', 'address 2', 'group 1', 'group 2'])
    await member.leave('g')
    await t.settled()
    expect(seen).toEqual(['group 1', 'group 2', 'address 1', 'address 2', 'registry 1', 'registry 2'])
  })

  it('a service that stops leaves its groups in the order in which it joined them, then goes', async () => {
    await using t = await startSystem()
    const { note, take } = notes()
    const member = await t.spawn(Member, { groups: ['c', 'a'] })
    await member.join('b')
    t.announcements({}, note)
    await t.settled()
    expect(take()).toEqual(['service available member', ...['c', 'a', 'b'].map((group) => `group available member ${group}`)])
    await member.$.stop()
    await t.settled()
    expect(take()).toEqual([
      ...['c', 'a', 'b'].map((group) => `group withdrawn member ${group} stopped`),
      'service withdrawn member stopped',
    ])
  })

  it('what changes while an observer begins comes once, in the replay or after it', async () => {
    await using t = await startSystem()
    const { note, take } = notes()
    const works: Promise<unknown>[] = []
    const begin = (name: string): void => void works.push(t.spawn(Member, { name }).then((member) => member.join(`group of ${name}`)))
    for (let i = 0; i < 10; i++) begin(`before ${i}`)
    t.announcements({}, note)
    for (let i = 0; i < 10; i++) begin(`after ${i}`)
    await Promise.all(works)
    await t.settled()
    const names = Array.from({ length: 10 }, (_, i) => [`before ${i}`, `after ${i}`]).flat()
    const wanted = names.flatMap((name) => [`service available ${name}`, `group available ${name} group of ${name}`])
    expect(take().toSorted()).toEqual(wanted.toSorted())
  })

  it('available and withdrawn alternate for each service and each of its groups, from joins and leaves in any order', async () => {
    await using t = await startSystem()
    const { note, take } = notes()
    t.announcements({}, note)
    const member = await t.spawn(Member)
    await Promise.all(Array.from({ length: 50 }, (_, i) => (i % 3 === 0 ? member.leave(`${i % 2}`) : member.join(`${i % 2}`))))
    await member.announce()
    await t.settled()
    for (const group of ['0', '1']) {
      const lines = take().filter((line) => line.endsWith(` ${group}`))
      expect(lines.map((line) => line.split(' ')[1])).toEqual(lines.map((_, i) => (i % 2 === 0 ? 'available' : 'withdrawn')))
    }
  })
})

describe('announcements() reasons', () => {
  const Stopper = service(import.meta, 'stopper', { supervision: { onFailure: 'stop' } }, (self) => ({
    stop: () => self.stop('it said so'),
    crash: () => fail(self),
  }))

  it('a withdrawal says stopped, drained or crashed; a group that was left says nothing', async () => {
    await using t = await startSystem()
    const { note, take } = notes()
    const spawn = () => t.spawn(Stopper, { groups: ['g'] })
    const [stops, crashes, stopped, drained] = [await spawn(), await spawn(), await spawn(), await spawn()]
    t.announcements({ name: 'stopper' }, note)
    await stops.stop()
    await crash(t, crashes)
    await stopped.$.stop()
    await drained.$.stop({ drainMs: 10 })
    await t.settled()
    const endings = ['stopped', 'crashed', 'stopped', 'drained'].map((reason) => `service withdrawn stopper ${reason}`)
    expect(take()).toEqual([...Array.from({ length: 4 }, () => 'service available stopper'), ...endings])
  })

  it('a restart is no withdrawal; more restarts than the budget allows are one, and it says crashed', async () => {
    await using t = await startSystem()
    const { note, take } = notes()
    const member = await t.spawn(Member, { supervision: { budget: { restarts: 1, withinMs: 60_000 } } })
    t.announcements({}, note)
    await crash(t, member)
    expect(take()).toEqual(['service available member'])
    await crash(t, member)
    expect(take()).toEqual(['service withdrawn member crashed'])
  })

  it('a service whose setup fails was never available', async () => {
    await using t = await startSystem()
    const { note, take } = notes()
    t.announcements({}, note)
    const Stillborn = service(import.meta, 'stillborn', { groups: ['g'] }, () => {
      throw new Error('setup went wrong')
    })
    await expect(t.spawn(Stillborn)).rejects.toThrow('setup went wrong')
    await t.settled()
    expect(take()).toEqual([])
  })

  it('a service that drains is withdrawn before what waits in its mailbox has run', async () => {
    await using t = await startSystem()
    const order: string[] = []
    const Slow = service(import.meta, 'slow', (self) => ({
      work: () => void order.push(`worked, visible: ${self.tryLookup('slow') !== undefined}`),
    }))
    const slow = await t.spawn(Slow)
    t.announcements({ name: 'slow' }, ({ status }) => void order.push(status))
    await t.settled()
    const works = [slow.work(), slow.$.stop({ drainMs: 1000 })]
    await Promise.all(works)
    await t.settled()
    expect(order.toSorted()).toEqual(['available', 'withdrawn', 'worked, visible: false'])
  })
})
