import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method } from '../../src/actors/contract.js'
import { actor, service } from '../../src/actors/define.js'
import type { Received } from '../../src/actors/report-type.js'
import { outcomeOf } from '../actors/evidence.js'
import { crash, Hidden, Press, startSystem } from './actors.js'

const NewsApi = contract('news', { methods: { say: method([z.string()]) }, reports: { said: z.string(), 'topic.*': z.string() } })
const News = service(import.meta, NewsApi, { groups: ['media'] }, (self) => ({ say: (text) => self.publish('said', text) }))

/** Writes down what a subscription hears. */
function notes(): { readonly note: (report: Received) => void; readonly take: () => string[] } {
  const lines: string[] = []
  return { note: ({ subject, content }) => void lines.push(`${subject} ${content}`), take: () => lines.splice(0) }
}

describe('subscribe() finds publishers', () => {
  it.each([
    ['a name', 'news'],
    ['a contract', NewsApi],
    ['a definition', News],
    ['{ name }', { name: 'news' }],
    ['{ contract }', { contract: NewsApi }],
    ['{ group }', { group: 'media' }],
    ['{ contract, group }', { contract: NewsApi, group: 'media' }],
  ])('by %s: those that are there and those to come', async (_, target) => {
    await using t = await startSystem()
    const { note, take } = notes()
    const here = await t.spawn(News)
    t.subscribe(target as string, '*', note)
    const later = await t.spawn(News)
    await here.say('here')
    await later.say('later')
    await t.settled()
    expect(take()).toEqual(['said here', 'said later'])
  })

  it.each(['binding', 'Remote', 'address'] as const)('by %s: that very one, and no other of its name', async (by) => {
    await using t = await startSystem()
    const { note, take } = notes()
    const [one, other] = [await t.spawn(Press), await t.spawn(Press)]
    const { binding } = one.$
    const target = { binding, Remote: one, address: { address: binding.address } }[by]
    t.subscribe(target as object, 'a', note)
    await one.publish('a', 1)
    await other.publish('a', 2)
    await (await t.spawn(Press)).publish('a', 3)
    await crash(t, one)
    await one.publish('a', 4)
    await t.settled()
    expect(take()).toEqual(['a 1', 'a 4'])
  })

  it('by Remote: one that is hidden or registered nowhere, too', async () => {
    await using t = await startSystem()
    const { note, take } = notes()
    const hidden = await t.spawn(Hidden)
    const unregistered = await t.spawn(actor(import.meta, 'unregistered', (self) => ({ publish: () => self.publish('b', 2) })))
    t.subscribe(hidden, '*', note)
    t.subscribe(unregistered, '*', note)
    await hidden.publish('a', 1)
    await unregistered.publish()
    await hidden.announce()
    await hidden.publish('a', 3)
    await t.settled()
    expect(take()).toEqual(['a 1', 'b 2', 'a 3'])
  })

  it.each(['Remote', 'binding'] as const)('by %s: a light actor that nobody has asked anything yet', async (by) => {
    await using t = await startSystem()
    const { note, take } = notes()
    const light = t.spawn(actor((self) => ({ publish: (n: number) => self.publish('n', n) })))
    t.subscribe(by === 'Remote' ? light : light.$.binding, 'n', note)
    await light.publish(1)
    await t.settled()
    expect(take()).toEqual(['n 1'])
  })

  it('by name: a hidden one from its announcement on', async () => {
    await using t = await startSystem()
    const { note, take } = notes()
    const hidden = await t.spawn(Hidden)
    t.subscribe('hidden', '*', note)
    await hidden.publish('a', 1)
    await hidden.announce()
    await hidden.publish('a', 2)
    await t.settled()
    expect(take()).toEqual(['a 2'])
  })

  it('by group: from the join to the leave of each, and again when it joins again', async () => {
    await using t = await startSystem()
    const { note, take } = notes()
    const press = await t.spawn(Press, { groups: [] })
    t.subscribe({ group: 'g' }, 'a', note)
    await press.publish('a', 1)
    await press.join('g')
    await press.publish('a', 2)
    await press.join('another')
    await press.publish('a', 3)
    await press.leave('g')
    await press.publish('a', 4)
    await press.join('g')
    await press.publish('a', 5)
    await t.settled()
    expect(take()).toEqual(['a 2', 'a 3', 'a 5'])
    expect(await press.changes()).toEqual(['requested a ', 'withdrawn a ', 'requested a '])
  })

  it('by group and name: one who leaves the group is heard no more, one heard by name still is', async () => {
    await using t = await startSystem()
    const [byGroup, byName] = [notes(), notes()]
    const press = await t.spawn(Press)
    t.subscribe({ group: 'presses' }, 'a', byGroup.note)
    t.subscribe('press', 'a', byName.note)
    await press.leave('presses')
    await press.publish('a', 1)
    await t.settled()
    expect([byGroup.take(), byName.take()]).toEqual([[], ['a 1']])
  })

  it("of audience '' within the process: subscribers and publishers hear each other", async () => {
    await using t = await startSystem()
    const { note, take } = notes()
    const press = await t.spawn(Press, { audience: '' })
    const Private = service(import.meta, 'private', { audience: '' }, (self) => {
      self.subscribe('press', '*', note)
      return {}
    })
    await t.spawn(Private)
    t.subscribe('press', '*', note)
    await press.publish('a', 1)
    await t.settled()
    expect(take()).toEqual(['a 1', 'a 1'])
  })

  it.each<[string, unknown, unknown, string]>([
    ['no target', undefined, '*', 'give a contract'],
    ['an empty name', '', '*', 'a nameless service is found by its binding'],
    ['a light definition', actor(() => ({})), '*', 'a light actor has no name'],
    ['a pattern that is none', 'press', 7, 'pattern is 7; give a string'],
    ['a pattern with a line feed', 'press', 'a\n', 'without control characters'],
    ['a pattern of 256 bytes', 'press', 'a'.repeat(256), 'at most 255 bytes'],
  ])('refuses %s', async (_, target, pattern, message) => {
    await using t = await startSystem()
    expect(() => t.subscribe(target as string, pattern as string, () => undefined)).toThrow(message)
  })

  it.each<[object, string]>([
    [{ capacity: 0 }, 'capacity is 0'],
    [{ capacity: 1_000_001 }, 'capacity is 1000001'],
    [{ overflow: 'wait' }, 'overflow is "wait"'],
    [{ signal: 'now' }, 'signal is "now"'],
    [{ lifetimeMs: 5 }, 'lifetimeMs is no option'],
  ])('refuses the options %j', async (options, message) => {
    await using t = await startSystem()
    expect(() => t.subscribe('press', '*', () => undefined, options)).toThrow(message)
  })
})

describe('a subscription', () => {
  it('gets what its pattern selects: any run of characters, exactly one, separators too, and case counts', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    const subjects = ['system.time', 'system.a.b', 'system', 'System.time', 'system.', '', 'a/b', 'axb']
    const heard: Record<string, string[]> = {}
    for (const pattern of ['system.*', '*', 'a?b', 'system', '?', '']) {
      const list: string[] = []
      heard[pattern] = list
      t.subscribe('press', pattern, ({ subject }) => void list.push(subject))
    }
    for (const subject of subjects) await press.publish(subject, 1)
    await t.settled()
    expect(heard).toEqual({
      'system.*': ['system.time', 'system.a.b', 'system.'],
      '*': subjects,
      'a?b': ['a/b', 'axb'],
      system: ['system'],
      '?': [],
      '': [''],
    })
  })

  it('is one copy of each report, with its own pattern, however many of them overlap', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    const seen: string[] = []
    for (const pattern of ['*', 'a.*', 'a.b', 'a.b', 'b.*']) t.subscribe('press', pattern, (report) => void seen.push(report.pattern))
    t.subscribe(press, 'a.b', (report) => void seen.push(`${report.pattern} by Remote`))
    await press.publish('a.b', 1)
    await t.settled()
    expect(seen).toEqual(['*', 'a.*', 'a.b', 'a.b', 'a.b by Remote'])
  })

  it('names the publisher, its subject, and what was published', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    const seen: Received[] = []
    t.subscribe('press', '*', (report) => void seen.push(report))
    await press.publish('a', { n: 1 })
    await t.settled()
    expect(seen).toEqual([{ publisher: press.$.binding, subject: 'a', pattern: '*', content: { n: 1 }, retained: false, missed: 0 }])
  })

  it('gets the reports of each publisher in the order of publication, on every seed', async () => {
    for (let seed = 0; seed < 10; seed++) {
      await using t = await startSystem({ seed })
      const presses = [await t.spawn(Press), await t.spawn(Press), await t.spawn(Press)]
      const seen = new Map<string, unknown[]>()
      t.subscribe('press', 'n', ({ publisher, content }) => void seen.set(publisher.id, [...(seen.get(publisher.id) ?? []), content]))
      await Promise.all(presses.map((press) => press.publishAll('n', 50)))
      await t.settled()
      for (const press of presses) expect(seen.get(press.$.binding.id)).toEqual(Array.from({ length: 50 }, (_, i) => i))
    }
  })

  it('is ready when all publishers that are visible know of it: what is published then is heard', async () => {
    await using t = await startSystem()
    const press = await t.spawn(Press)
    await press.publish('kept', 1, Number.POSITIVE_INFINITY)
    const read = t.subscribe('press', '*')
    await read.ready
    expect(await press.changes()).toEqual(['requested * '])
    await press.publish('new', 2)
    const seen: unknown[] = []
    for await (const { content } of read) if (seen.push(content) === 2) break
    expect(seen).toEqual([1, 2])
  })

  it('is ready at once where nobody publishes, and when it has ended', async () => {
    await using t = await startSystem()
    const nobody = t.subscribe('nobody', '*', () => undefined)
    await nobody.ready
    nobody.close()
    const ready = outcomeOf(nobody.ready)
    await t.settled()
    expect([ready.state, nobody.dropped]).toEqual(['resolved', 0])
  })
})
