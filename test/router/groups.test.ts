import { describe, expect, it } from 'vitest'
import { service } from '../../src/actors/define.js'
import { crash, fail, lineOf, Member, startSystem } from './actors.js'

describe('groups', () => {
  it('joinGroup() resolves when lookups of who joined show it', async () => {
    await using t = await startSystem()
    const [one, other] = [await t.spawn(Member, { groups: ['g'] }), await t.spawn(Member)]
    expect(await other.joinAndLook('g')).toEqual([one.$.binding.id, other.$.binding.id])
    expect(t.lookupAll({ group: 'g' }).map(({ groups }) => groups)).toEqual([['g'], ['g']])
  })

  it('joining twice and leaving twice, or a group one is not in, changes and announces nothing', async () => {
    await using t = await startSystem()
    const seen: string[] = []
    t.announcements({}, (one) => void seen.push(lineOf(one)))
    const member = await t.spawn(Member)
    await member.join('g')
    await member.join('g')
    expect(await member.groups()).toEqual(['g'])
    await member.leave('g')
    await member.leave('g')
    await member.leave('never joined')
    await t.settled()
    expect(await member.groups()).toEqual([])
    expect(seen).toEqual(['service available member', 'group available member g', 'group withdrawn member g'])
  })

  it('groups of the definition, twice the same, are one; those that spawn gives take their place', async () => {
    await using t = await startSystem()
    const Grouped = service(import.meta, 'grouped', { groups: ['g', 'g', 'h'] }, (self) => ({ groups: () => self.groups }))
    const own = await t.spawn(Grouped)
    expect(await own.groups()).toEqual(['g', 'h'])
    const given = await t.spawn(Grouped, { groups: ['i'] })
    expect(await given.groups()).toEqual(['i'])
    expect(t.lookupAll({ group: 'g' }).map(({ id }) => id)).toEqual([own.$.binding.id])
    expect(t.lookupAll({ group: 'i' }).map(({ id }) => id)).toEqual([given.$.binding.id])
  })

  it('a service is in any number of groups, and a group has any number of services, of any names', async () => {
    await using t = await startSystem()
    for (const name of ['a', 'b', 'c']) await t.spawn(Member, { name, groups: ['all', `of ${name}`] })
    const idsOf = (group: string): readonly string[] => t.lookupAll({ group }).map(({ name }) => name)
    expect([idsOf('all'), idsOf('of b'), idsOf('none')]).toEqual([['a', 'b', 'c'], ['b'], []])
    expect(t.lookupAll({ group: 'all', name: 'c' }).map(({ name }) => name)).toEqual(['c'])
    await (await t.lookup('b')).$.stop()
    expect([idsOf('all'), idsOf('of b')]).toEqual([['a', 'c'], []])
  })

  it('lookup() of a group waits until somebody joins it', async () => {
    await using t = await startSystem()
    const member = await t.spawn(Member)
    const waiting = t.lookup({ contract: Member, group: 'g' })
    await member.join('g')
    expect((await waiting).$.binding).toMatchObject({ id: member.$.binding.id, groups: ['g'] })
  })

  it('a restart leaves the groups that were joined, and stays in those of the definition', async () => {
    await using t = await startSystem()
    const seen: string[] = []
    const member = await t.spawn(Member, { groups: ['own'] })
    await member.join('g')
    await member.join('h')
    t.announcements({}, (one) => void seen.push(lineOf(one)))
    await t.settled()
    seen.length = 0
    await crash(t, member)
    expect(await member.groups()).toEqual(['own'])
    expect(seen).toEqual(['group withdrawn member g', 'group withdrawn member h'])
    expect(t.lookupAll({ group: 'g' })).toEqual([])
    expect(t.lookupAll({ group: 'own' }).map(({ id }) => id)).toEqual([member.$.binding.id])
  })

  it('a restart is in the groups of the definition again, also in one that was left', async () => {
    await using t = await startSystem()
    const seen: string[] = []
    const member = await t.spawn(Member, { groups: ['own', 'other'] })
    await member.leave('own')
    t.announcements({ group: 'own' }, (one) => void seen.push(lineOf(one)))
    await crash(t, member)
    expect(await member.groups()).toEqual(['other', 'own'])
    expect(seen).toEqual(['group available member own'])
  })

  it('a group that was joined in setup is joined again by a restart', async () => {
    await using t = await startSystem()
    const seen: string[] = []
    const Joiner = service(import.meta, 'joiner', async (self) => {
      await self.joinGroup('g')
      return {
        crash: () => fail(self),
      }
    })
    const joiner = await t.spawn(Joiner)
    t.announcements({}, (one) => void seen.push(lineOf(one)))
    await crash(t, joiner)
    expect(seen).toEqual(['service available joiner', 'group available joiner g', 'group withdrawn joiner g', 'group available joiner g'])
  })

  it('self.groups and bindings that were taken before stay as they were', async () => {
    await using t = await startSystem()
    const member = await t.spawn(Member, { groups: ['g'] })
    const before = member.$.binding
    await member.join('h')
    expect([before.groups, t.tryLookup(Member)?.$.binding.groups]).toEqual([['g'], ['g', 'h']])
  })
})
