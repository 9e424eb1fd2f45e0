import { describe, expect, it } from 'vitest'
import { service } from '../../src/actors/define.js'
import { createGateway } from '../../src/gateway/create-gateway.js'
import { jsonRpc } from '../../src/gateway/json-rpc/json-rpc.js'
import { rest } from '../../src/gateway/rest/rest.js'
import { xmlRpc } from '../../src/gateway/xml-rpc/xml-rpc.js'
import { createSystem } from '../../src/runtime/create-system.js'
import { createTestSystem } from '../../src/testing/create-test-system.js'
import { MathService, post, start } from './services.js'

const call = (method: string, params: unknown = []) => ({ jsonrpc: '2.0', id: 1, method, params })

const Tagged = service(import.meta, 'tagged', (_self, tag: string) => ({ tag: () => tag }))

describe('createGateway()', () => {
  it('refuses what is no system, and options that are wrong', async () => {
    await using system = await createSystem({ threads: 0 })
    expect(() => createGateway({} as never)).toThrow(TypeError)
    expect(() => createGateway(system, { cors: '*' as never })).toThrow(/'\*' is refused/)
    for (const origin of [
      '*',
      'null',
      'https://app.example/',
      'https://App.example',
      'https://app.example:443',
      'https://*.example',
      'app.example',
    ])
      expect(() => createGateway(system, { cors: ['http://ok.example:8000', 'app://x', origin] })).toThrow(
        `cors.2 is "${origin}"; give an origin`,
      )
    for (const host of ['api.example:8000', 'API.example', 'https://api.example', '::1', ''])
      expect(() => createGateway(system, { hosts: ['api.example', '[::1]', host] })).toThrow(`hosts.2 is "${host}"; give a host name`)
    expect(() => jsonRpc('web' as never)).toThrow('jsonRpc(): selection is "web"; give { group }')
    expect(() => jsonRpc(undefined as never)).toThrow('jsonRpc(): selection is missing; give { group }')
    expect(() => createGateway(system, { timeoutMs: Number.POSITIVE_INFINITY })).toThrow(/timeoutMs/)
    expect(() => createGateway(system, { limits: { maxBatch: 0 } })).toThrow(/limits.maxBatch/)
  })

  it('refuses a system that has stopped, which could not end it', async () => {
    const system = await createSystem({ threads: 0 })
    await system.stop()
    expect(() => createGateway(system)).toThrow('createGateway(): the system is stopped; make a new one')
  })

  it('a method without a deadline has that of the gateway', async () => {
    await using t = await createTestSystem({ seed: 1, timeoutMs: 60_000 })
    await t.spawn(MathService)
    const gateway = createGateway(t, { timeoutMs: 700 })
    gateway.mount('/rpc', jsonRpc({ group: 'web' }))
    const before = t.stats().totals.sent
    const patient = post(gateway, '/rpc/math', call('patient'))
    const hurried = post(gateway, '/rpc/math', call('hurried'))
    while (t.stats().totals.sent < before + 2) await new Promise((resolve) => setImmediate(resolve))
    const begun = t.clock.now()
    await t.clock.advance(20)
    expect((await hurried).json.error).toMatchObject({ code: -32047, data: { error: 47 } })
    await t.clock.advance(680)
    expect((await patient).json.error).toMatchObject({ code: -32047, data: { error: 47 } })
    expect(t.clock.now() - begun).toBe(700)
    await gateway.close()
  })
})

describe('mount()', () => {
  it('of mounts that fit the longest has the request', async () => {
    await using system = await createSystem({ threads: 0 })
    for (const [tag, group] of [
      ['root', 'r'],
      ['a', 'a'],
      ['ab', 'ab'],
    ] as const)
      await system.spawn(Tagged, { init: tag, groups: [group] })
    const gateway = createGateway(system)
    gateway.mount('/', rest({ group: 'r' }))
    gateway.mount('/a', rest({ group: 'a' }))
    gateway.mount('/a/b', rest({ group: 'ab' }))
    const tags = await Promise.all(
      ['/tagged/tag', '/a/tagged/tag', '/a/b/tagged/tag', '/ab/tagged/tag'].map((path) => post(gateway, path, [])),
    )
    expect(tags.map(({ status, json }) => [status, status === 200 ? json : ''])).toEqual([
      [200, 'root'],
      [200, 'a'],
      [200, 'ab'],
      [404, ''],
    ])
  })

  it('refuses a path that is none, and the same protocol twice on one path', async () => {
    await using system = await createSystem({ threads: 0 })
    const gateway = createGateway(system)
    for (const path of ['', 'rpc', '/rpc/', '/r?c', '//', '/rpc/*', '/:tenant', undefined])
      expect(() => gateway.mount(path as string, rest({ name: 'x' }))).toThrow(TypeError)
    gateway.mount('/rpc', rest({ name: 'x' }))
    expect(() => gateway.mount('/rpc', rest({ name: 'y' }))).toThrow(/mounted there already/)
    expect(() => gateway.mount('/rpc')).toThrow(/no protocol/)
    expect(() => gateway.mount('/rpc', { kind: 'mine' })).toThrow(/no protocol/)
  })

  it('protocols of one path are told apart by the content type', async () => {
    await using it = await start()
    const xml =
      '<methodCall><methodName>multiply</methodName><params><param><value><int>6</int></value></param><param><value><int>7</int></value></param></params></methodCall>'
    expect((await post(it.gateway, '/rpc/math', call('multiply', [6, 7]))).json).toEqual({ jsonrpc: '2.0', id: 1, result: 42 })
    expect((await post(it.gateway, '/rpc/math', xml, { 'content-type': 'text/xml; charset="UTF-8"' })).text).toContain('<int>42</int>')
    expect((await post(it.gateway, '/rpc/math/multiply', [6, 7])).json).toBe(42)
  })
})

describe('selections', () => {
  const Named = service(import.meta, 'a/b c', { groups: ['web'] }, () => ({ hello: () => 'hello' }))

  it('{ group } offers its members and nobody else; names may hold slashes and spaces', async () => {
    await using it = await start()
    await it.system.spawn(Named)
    await it.system.spawn(Tagged, { init: 'hidden', groups: ['other'] })
    const ask = async (path: string) => (await post(it.gateway, path, call('hello'))).status
    expect(await Promise.all(['/rpc/a/b%20c', '/rpc/a%2Fb%20c', '/rpc/tagged', '/rpc', '/rpc/', '/rpc/%'].map(ask))).toEqual([
      200, 200, 404, 404, 404, 404,
    ])
  })

  it('{ name } and { address } offer one service, at the mount itself', async () => {
    await using system = await createSystem({ threads: 0 })
    const tagged = await system.spawn(Tagged, { init: 'here' })
    const gateway = createGateway(system)
    gateway.mount('/name', jsonRpc({ name: 'tagged' }), rest({ name: 'tagged' }))
    gateway.mount('/address', jsonRpc({ address: tagged.$.binding.address }))
    for (const path of ['/name', '/address', '/name/']) expect((await post(gateway, path, call('tag'))).json.result).toBe('here')
    expect((await post(gateway, '/name/tag', [])).json).toBe('here')
    expect((await post(gateway, '/address/tagged', call('tag'))).status).toBe(404)
  })

  it('{ registry } offers all, those of this process, or those of an audience', async () => {
    await using system = await createSystem({ threads: 0 })
    for (const [name, audience] of [
      ['all', '*'],
      ['own', ''],
      ['back', 'backend'],
    ] as const)
      await system.spawn(Tagged, { init: name, name, audience })
    const gateway = createGateway(system)
    gateway.mount('/all', rest({ registry: '*' }))
    gateway.mount('/local', rest({ registry: '' }))
    gateway.mount('/back', rest({ registry: 'backend' }))
    const seen = async (mount: string) =>
      (await Promise.all(['all', 'own', 'back'].map((name) => post(gateway, `${mount}/${name}/tag`, [])))).map(({ status }) => status)
    expect(await seen('/all')).toEqual([200, 200, 200])
    expect(await seen('/local')).toEqual([200, 200, 200])
    expect(await seen('/back')).toEqual([404, 404, 200])
  })

  it('of several with one name the one known the longest is called while it lives, then the next', async () => {
    await using system = await createSystem({ threads: 0 })
    const first = await system.spawn(Tagged, { init: 'first' })
    const second = await system.spawn(Tagged, { init: 'second' })
    const gateway = createGateway(system)
    for (const [path, selection] of [
      ['/n', { name: 'tagged' }],
      ['/r', { registry: '*' }],
    ] as const)
      gateway.mount(path, jsonRpc(selection))
    const tags = async () => [
      (await post(gateway, '/n', call('tag'))).json?.result,
      (await post(gateway, '/r/tagged', call('tag'))).json?.result,
    ]
    expect(await tags()).toEqual(['first', 'first'])
    await first.$.stop()
    expect(await tags()).toEqual(['second', 'second'])
    await second.$.stop()
    expect((await post(gateway, '/n', call('tag'))).status).toBe(404)
  })

  it('refuses one that is none', () => {
    for (const wrong of [{}, { group: '' }, { group: 'a', name: 'b' }, 'math', undefined, { registry: 1 }])
      for (const make of [jsonRpc, xmlRpc, rest]) expect(() => make(wrong as never)).toThrow(TypeError)
  })
})
