import { describe, expect, it } from 'vitest'
import type { Link } from '../../src/exchange/exchange-type.js'
import { Net, type Process, until } from './exchange-net.js'
import { Echo } from './services.js'

const ONCE = { retryDelayMs: false } as const

function connect(process: Process, to: string, options: Parameters<Process['exchanges'][0]['connect']>[1] = { retryDelayMs: 20 }): Link {
  return process.exchanges[0]?.connect(`memory:${to}`, options) as Link
}

function statesOf({ events }: Process): readonly string[] {
  return events.map(({ state, reason }) => [state, reason].filter(Boolean).join(' '))
}

describe('links of exchanges', () => {
  it.each([
    ['another group', 'hub/h', ['refused group']],
    ['another group of a process that is in its own too', 'both/h', ['refused group']],
    ['nobody', 'nobody', []],
  ])('who connects to %s is refused, and both sides hear why', async (_, place, heard) => {
    const net = new Net()
    const hubs = [await net.process('hub', { group: 'h' }), await net.process('both', { group: 'h' }, { group: 'g' })]
    const one = await net.process('one', { role: 'client', group: 'g' })
    await expect(connect(one, place, ONCE).active()).rejects.toThrow(heard.length > 0 ? 'refused: group' : 'nobody listens')
    expect(statesOf(one)).toEqual(heard.length > 0 ? heard : ['failed'])
    await net.quiet()
    expect(hubs.flatMap(statesOf)).toEqual(heard)
    expect(one.exchanges[0]?.links()).toEqual([])
  })

  it('who connects to itself is told so, and sees its services once', async () => {
    const net = new Net()
    const one = await net.process('one')
    await one.system.spawn(Echo)
    await expect(connect(one, 'one/').active()).rejects.toThrow('refused: self')
    await net.quiet()
    expect(one.system.lookupAll({ name: 'echo' })).toHaveLength(1)
    expect(statesOf(one)).toEqual(['refused self', 'refused self'])
    expect(one.exchanges[0]?.links()).toEqual([])
  })

  it.each([
    ['both connect to each other at once', ['a b', 'b a']],
    ['one connects to the other twice', ['a b', 'a b']],
    ['both connect to each other twice', ['a b', 'b a', 'b a', 'a b']],
  ])('where %s one link carries, and each says that it is active', async (_, pairs) => {
    const net = new Net()
    const processes = new Map([
      ['a', await net.process('a')],
      ['b', await net.process('b')],
    ])
    await processes.get('b')?.system.spawn(Echo)
    const a = processes.get('a') as Process
    const told: string[] = []
    a.system.announcements({ name: 'echo' }, ({ status }) => void told.push(status))
    const links = pairs.map((pair) => connect(processes.get(pair[0] as string) as Process, `${pair[2]}/`))
    await Promise.all(links.map((link) => link.active({ timeoutMs: 4000 })))
    await net.quiet()
    expect(links.map(({ state }) => state)).toEqual(pairs.map(() => 'active'))
    expect(told).toEqual(['available'])
    for (const process of processes.values()) expect(statesOf(process).filter((state) => state === 'active')).toEqual(['active'])
    for (const link of links.slice(1)) await link.close()
    await links[0]?.active({ timeoutMs: 4000 })
    const ask = async (): Promise<unknown> => a.system.call(await a.system.lookup('echo', { timeoutMs: 4000 }), 'say', ['still'])
    while ((await ask().catch(() => 'on its way')) !== 'still') await net.quiet()
    await links[0]?.close()
    await until(() => a.system.tryLookup('echo') === undefined)
    expect(a.exchanges[0]?.links()).toEqual([])
  })
})
