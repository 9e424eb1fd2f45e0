import { describe, expect, it } from 'vitest'
import { arrange } from './arrangements.js'
import { Net, until } from './exchange-net.js'
import { Echo } from './services.js'

/** Two processes in each of two groups, and one between the groups. */
const TWO_GROUPS = {
  processes: { outside: ['server'], bridge: ['client', 'server g'], inside: ['client g'] },
  links: 'bridge outside, inside bridge g',
} as const

/** Two processes between the same groups, and one on either side. */
const TWO_BRIDGES = {
  processes: { s: ['server'], t: ['server g'], left: ['client', 'client g'], right: ['client', 'client g'] },
  links: 'left s, right s, left t g, right t g',
} as const

describe('exchange groups', () => {
  it('a front end hears its back ends, whose audience is the group between them, and calls them', async () => {
    const net = new Net()
    const front = await net.process('front', { role: 'server', group: 'backend' }, { role: 'client' })
    const back = await net.process('back', { role: 'client', group: 'backend' })
    await back.join('front', 'backend')
    const echo = await back.system.spawn(Echo, { name: 'back end', audience: 'backend' })
    const there = await front.system.lookup('back end', { timeoutMs: 4000 })
    const heard: unknown[] = []
    await front.system.subscribe('back end', '*', ({ content }) => void heard.push(content)).ready
    await echo.publish('beat', 1)
    await until(() => heard.length === 1)
    expect(heard).toEqual([1])
    expect(await front.system.call(there, 'say', ['to it'])).toBe('to it')
    expect(there.$.binding).toMatchObject({ audience: 'backend', exchangeGroup: 'backend' })
  })

  it.each([
    ['*', 'inside', ['bridge', 'outside']],
    ['g', 'inside', ['bridge']],
    ['h', 'inside', []],
    ['', 'inside', []],
    ['*', 'bridge', ['inside', 'outside']],
    ['g', 'bridge', ['inside']],
    ['h', 'bridge', []],
    ['', 'bridge', []],
    ['*', 'outside', ['bridge', 'inside']],
    ['g', 'outside', []],
    ['', 'outside', []],
  ])('a service with audience "%s", %s, is seen by %j', async (audience, place, seers) => {
    const { net, names, system } = await arrange(TWO_GROUPS)
    await system(place).spawn(Echo, { name: 'it', audience })
    await net.quiet()
    const others = names.filter((name) => name !== place)
    expect(others.filter((name) => system(name).tryLookup('it') !== undefined).sort()).toEqual(seers)
  })

  it.each([
    ['server', null, 'client', true],
    ['server', null, 'server', true],
    ['client', null, 'server', true],
    ['client', 'server', 'client', true],
    ['client', 'server', 'server', true],
    ['server', 'server', 'client', true],
    ['server', 'server', 'server', true],
    ['server', 'client', 'server', false],
  ] as const)(
    'the service of a %s, over a %s, is seen by a %s: %s, also what comes when they are linked',
    async (role, middle, observer, isSeen) => {
      const processes = { from: [role], ...(middle === null ? {} : { middle: [middle] }), to: [observer] } as const
      const direct = role === 'client' ? 'from to' : 'to from'
      const over = middle === 'client' ? 'middle from, middle to' : 'from middle, to middle'
      const { net, system } = await arrange({ processes, links: middle === null ? direct : over })
      const late = await system('from').spawn(Echo, { name: 'late' })
      await net.quiet()
      expect(['from', 'late'].map((name) => system('to').tryLookup(name) !== undefined)).toEqual([isSeen, isSeen])
      await late.$.stop()
      await net.quiet()
      expect(system('to').tryLookup('late')).toBeUndefined()
    },
  )

  it.each([
    [
      'linked in both groups',
      { processes: { left: ['server', 'server g'], right: ['client', 'client g'] }, links: 'right left, right left g' },
    ],
    ['between the same two groups', TWO_BRIDGES],
  ] as const)('of two processes that are %s each calls and hears what the other has for one group alone', async (_, arrangement) => {
    const { net, system } = await arrange(arrangement)
    const mine = await system('left').spawn(Echo, { name: 'for the group', audience: 'g' })
    await net.quiet()
    const there = await system('right').lookup('for the group')
    expect(await system('right').call(there, 'say', ['inside'])).toBe('inside')
    const heard: unknown[] = []
    await system('right').subscribe('for the group', '*', ({ content }) => void heard.push(content)).ready
    await mine.publish('tick', 1)
    await until(() => heard.length === 1)
    expect(heard).toEqual([1])
  })

  it('a Remote may be sent into another group, and to where it leads', async () => {
    const { names, system } = await arrange(TWO_GROUPS)
    for (const from of names) {
      for (const to of names) {
        for (const third of names) {
          const [asked, passed] = [await system(from).lookup(to), await system(from).lookup(third)]
          expect([from, to, third, await system(from).call(asked, 'call', [passed, 'passed']).catch(String)]).toEqual([
            from,
            to,
            third,
            'passed',
          ])
        }
      }
    }
  })

  it.each([
    ['from one side', 't', 's'],
    ['from the other side', 's', 't'],
  ])(
    'seen %s, what is behind two processes between groups stays when one of them is lost, and goes once with the other',
    async (_, from, to) => {
      const all = await arrange(TWO_BRIDGES)
      const { net, system, told, process } = all
      for (const bridge of ['left', 'right']) {
        const before = told(to).length
        await Promise.all(process(bridge).exchanges.map((exchange) => exchange.close()))
        await net.quiet()
        const news = told(to).slice(before)
        expect(news).toContain(`withdrawn ${bridge} unreachable`)
        const ofIt = news.filter((one) => one.includes(` ${from}`))
        if (bridge === 'right') expect(ofIt).toEqual([`withdrawn ${from} unreachable`])
        else expect([[], [`withdrawn ${from} unreachable`, `available ${from}`]]).toContainEqual(ofIt)
        if (bridge === 'left') expect(await system(to).call(await system(to).lookup(from), 'say', ['still'])).toBe('still')
      }
    },
  )
})
