import { describe, expect, it } from 'vitest'
import { Net, until } from './exchange-net.js'
import { Echo } from './services.js'

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
})
