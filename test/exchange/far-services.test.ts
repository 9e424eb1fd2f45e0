import { describe, expect, it } from 'vitest'
import { actor } from '../../src/actors/define.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { type Arranged, arrange } from './arrangements.js'
import { Net, until } from './exchange-net.js'
import { Echo, Middle } from './services.js'

/** A server and three clients of it, each with a service of its own name. */
const STAR = { processes: { hub: ['server'], a: ['client'], b: ['client'], c: ['client'] }, links: 'a hub, b hub, c hub' } as const

type AnyEcho = Remote<{
  say(value: unknown): unknown
  publish(subject: string, value: unknown, lifetimeMs?: number): void
  child(): { say(value: number): number }
  call(other: unknown, value: unknown): unknown
}>
type AnyMiddle = Remote<{
  remainingMs(): number
  ask(name: string, timeoutMs?: number): number
  handOn(name: string, method: string): unknown
  where(): string
  fetchChild(name: string): { say(value: number): number }
  greet(subject: string, value: unknown): number
}>

async function middle({ system, net }: Arranged, ...places: readonly string[]): Promise<void> {
  for (const place of places) await system(place).spawn(Middle, { name: `middle ${place}` })
  await net.quiet()
}

const find = async <R>({ system }: Arranged, from: string, name: string): Promise<R> => (await system(from).lookup(name)) as unknown as R

const stopOf =
  (drainMs = 0) =>
  async ({ services }: Arranged): Promise<void> => {
    const it: { readonly $: { stop(options: { drainMs: number }): Promise<void> } } | undefined = services.get('a')
    await it?.$.stop({ drainMs })
  }

describe('services of three processes', () => {
  it('forward what they are asked, and the answer of the third comes to the first', async () => {
    const all = await arrange(STAR)
    await middle(all, 'b', 'c')
    const second = await find<AnyMiddle>(all, 'a', 'middle b')
    expect(await second.handOn('middle c', 'where')).toBe(all.system('c').process.id)
  })

  it('have no more time for what they ask than who asked them has left', async () => {
    const all = await arrange(STAR)
    await middle(all, 'b', 'c')
    const second = await find<AnyMiddle>(all, 'a', 'middle b')
    const left = await second.$.with({ timeoutMs: 1000 }).ask('middle c', 60_000)
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(1000)
  })

  it('pass on Remotes of the third, which then are of whoever has them', async () => {
    const all = await arrange(STAR)
    await middle(all, 'b')
    const second = await find<AnyMiddle>(all, 'a', 'middle b')
    const child = await second.fetchChild('c')
    expect([await child.say(2), await child.say(3)]).toEqual([2, 5])
    const mine = await find<AnyEcho>(all, 'b', 'c')
    const there = await find<AnyEcho>(all, 'b', 'a')
    expect(await there.call(mine, 'of the third')).toBe('of the third')
  })

  it('of one name are each their own: seen, called and heard, and what is retained comes of both', async () => {
    const all = await arrange(STAR)
    const { system, net } = all
    for (const place of ['a', 'b']) {
      const echo = (await system(place).spawn(Echo, { name: 'double' })) as unknown as AnyEcho
      await echo.publish('kept', place, Number.POSITIVE_INFINITY)
    }
    await net.quiet()
    expect(
      system('c')
        .lookupAll({ name: 'double' })
        .map(({ process }) => process)
        .sort(),
    ).toEqual([system('a').process.id, system('b').process.id].sort())
    const heard: unknown[] = []
    await system('c').subscribe('double', 'kept', ({ content }) => void heard.push(content)).ready
    expect(heard.sort()).toEqual(['a', 'b'])
    const told: unknown[] = []
    system('c').announcements({ name: 'double' }, ({ status, binding }) => void told.push([status, binding.process]))
    await net.quiet()
    net.network.cut('a')
    await until(() => told.length === 3)
    expect(told[2]).toEqual(['withdrawn', system('a').process.id])
    expect(
      system('c')
        .lookupAll({ name: 'double' })
        .map(({ process }) => process),
    ).toEqual([system('b').process.id])
  })
})

describe('reports of other processes', () => {
  it('can be for one subscriber alone, and come after what is retained', async () => {
    const all = await arrange(STAR)
    await middle(all, 'a')
    const publisher = await find<AnyMiddle>(all, 'a', 'middle a')
    const heard = new Map<string, unknown[]>([
      ['b', []],
      ['c', []],
    ])
    for (const [place, reports] of heard)
      await all.system(place).subscribe('middle a', 'to *', ({ subject, content }) => void reports.push([subject, content])).ready
    await all.net.quiet()
    expect(await publisher.greet('to b', all.system('b').process.id)).toBe(1)
    await until(() => (heard.get('b')?.length ?? 0) === 2)
    await all.net.quiet()
    expect(heard).toEqual(
      new Map([
        [
          'b',
          [
            ['to all', 'kept'],
            ['to b', 'directed'],
          ],
        ],
        ['c', [['to all', 'kept']]],
      ]),
    )
  })

  it('that a slow subscriber loses are counted: heard and missed are all there were', async () => {
    const all = await arrange(STAR)
    const { system, services } = all
    let open = (): void => undefined
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const heard: unknown[] = []
    let missed = 0
    const Slow = actor((self) => {
      const listener = async (report: { readonly content: unknown; readonly missed: number }): Promise<void> => {
        heard.push(report.content)
        missed += report.missed
        await gate
      }
      const { ready } = self.subscribe('a', 'tick', listener, { capacity: 3 })
      return { isReady: () => ready.then(() => true) }
    })
    const slow = system('b').spawn(Slow)
    expect(await slow.isReady()).toBe(true)
    for (let i = 1; i <= 20; i++) await services.get('a')?.publish('tick', i)
    await all.net.quiet()
    open()
    await until(() => heard.at(-1) === 20)
    expect(missed + heard.length).toBe(20)
    expect(heard.length).toBeLessThan(20)
  })
})

describe('a withdrawal says why', () => {
  it.each([
    ['stopped', stopOf()],
    ['drained', stopOf(1000)],
    ['drained', async ({ system }: Arranged): Promise<void> => system('a').stop({ drainMs: 1000 })],
    ['unreachable', async ({ net }: Arranged): Promise<void> => net.network.cut('a')],
  ] as const)('%s', async (reason, act) => {
    const all = await arrange(STAR)
    const reasons: string[] = []
    all.system('b').watch(await all.system('b').lookup('a'), (gone) => void reasons.push(gone.reason))
    const before = all.told('b').length
    await act(all)
    await until(() => all.told('b').length > before)
    await all.net.quiet()
    expect(all.told('b')[before]).toBe(`withdrawn a ${reason}`)
    expect(reasons).toEqual([reason])
  })

  it('replaced, when the process is there again before anybody had noticed that it was gone', async () => {
    const net = new Net()
    const id = 'ab'.repeat(16)
    const [hub, b] = [await net.process('hub'), await net.process('b', { role: 'client' })]
    await b.join('hub')
    const first = await net.process({ name: 'a', id }, { role: 'client' })
    await first.join('hub')
    await first.system.spawn(Echo)
    const begun = Date.now()
    const told: string[] = []
    b.system.announcements({ name: 'echo' }, ({ status, reason }) => void told.push([status, reason].filter(Boolean).join(' ')))
    await until(() => told.length === 1)
    net.network.freeze('a')
    await until(() => Date.now() > begun)
    const second = await net.process({ name: 'a again', id }, { role: 'client' })
    await second.join('hub')
    await second.system.spawn(Echo)
    await until(() => told.length === 3)
    expect(told).toEqual(['available', 'withdrawn replaced', 'available'])
    expect(hub.system.lookupAll({ name: 'echo' })).toHaveLength(1)
  })
})
