import { describe, expect, it } from 'vitest'
import { service } from '../../../src/actors/define.js'
import { createGateway } from '../../../src/gateway/create-gateway.js'
import { jsonRpc } from '../../../src/gateway/json-rpc/json-rpc.js'
import { createSystem } from '../../../src/runtime/create-system.js'
import { EchoService, MathApi, post, start } from '../services.js'

const call = (method: string, params: unknown = [], id: unknown = 1) => ({ jsonrpc: '2.0', id, method, params })

describe('a request', () => {
  it('is answered with the result under its id, whatever kind of id it has', async () => {
    await using it = await start()
    for (const id of [1, 'one', null, 1.5, -1, '']) {
      expect((await post(it.gateway, '/rpc/math', call('multiply', [6, 7], id))).json).toEqual({ jsonrpc: '2.0', result: 42, id })
    }
  })

  it('of a method that returns nothing is answered with null; params may be left out', async () => {
    await using it = await start()
    expect((await post(it.gateway, '/rpc/math', { jsonrpc: '2.0', id: 1, method: 'reset' })).text).toBe(
      '{"jsonrpc":"2.0","result":null,"id":1}',
    )
    expect((await post(it.gateway, '/rpc/echo', call('dotted.name'))).json.result).toBe('dotted')
  })

  it('names its parameters as the contract does: titles, members of an object, or positions', async () => {
    await using it = await start()
    const ask = async (method: string, params: unknown) => {
      const { result, error } = (await post(it.gateway, '/rpc/math', call(method, params))).json
      return error === undefined ? result : [error.code, error.data.details]
    }
    expect(await ask('multiply', { y: 7, x: 6 })).toBe(42)
    expect(await ask('greet', { name: 'Ada', polite: true })).toBe('Good morning, Ada')
    expect(await ask('greet', [{ name: 'Ada' }])).toBe('Hello, Ada')
    expect(await ask('power', { arg0: 3 })).toBe(9)
    expect(await ask('power', { arg0: 3, arg1: 3 })).toBe(27)
    expect(await ask('reset', {})).toBe(null)
    expect(await ask('multiply', { x: 6 })).toEqual([-32602, 'parameter "y" is missing; they are x, y'])
    expect(await ask('multiply', { x: 6, y: 7, z: 8 })).toEqual([-32602, 'there is no parameter "z"; they are x, y'])
    expect(await ask('reset', { x: 1 })).toEqual([-32602, 'there is no parameter "x"; it has none'])
    expect(await ask('multiply', { ['__proto__']: 1 })).toEqual([-32602, 'there is no parameter "__proto__"; they are x, y'])
  })

  it('with named parameters gives a service without a contract one object', async () => {
    await using it = await start()
    expect((await post(it.gateway, '/rpc/echo', call('all', { a: 1, b: [2] }))).json.result).toEqual([{ a: 1, b: [2] }])
  })
})

describe('a failure', () => {
  it.for([
    ['fly', [], -32601, { error: 55, code: 'ERR_METHOD_UNAVAILABLE', delivered: 'no' }],
    ['multiply', [1], -32602, { error: 56, code: 'ERR_PARAMETERS_INCORRECT', delivered: 'no' }],
    ['multiply', ['1', 2], -32602, { error: 56, data: [{ path: [0], message: expect.any(String) }] }],
    ['fail', [9], -32057, { error: 57, code: 'Overflow', origin: 'math', data: { limit: 9 } }],
    ['crash', [], -32057, { error: 57, code: 'ERR_APPLICATION', details: 'boom', delivered: 'yes' }],
    ['hurried', [], -32047, { error: 47, code: 'ERR_REQUEST_TIMEOUT' }],
    ['count', [3], -32601, { error: 55, details: expect.stringContaining('is a stream') }],
    ['constructor', [], -32601, { error: 55 }],
    ['__proto__', [], -32601, { error: 55 }],
  ] as const)('of %s(%j) has its code, and the four fields in data', async ([method, params, code, data]) => {
    await using it = await start()
    const { json, status, text } = await post(it.gateway, '/rpc/math', call(method, params))
    expect(status).toBe(200)
    const fields = { origin: expect.any(String), description: expect.any(String), details: expect.any(String), ...data }
    expect(json).toEqual({ jsonrpc: '2.0', id: 1, error: { code, message: expect.any(String), data: expect.objectContaining(fields) } })
    expect(text).not.toMatch(/inside|secret|stack|services\.ts/)
  })

  it('comes of a service that goes while it answers, and of one that is not there', async () => {
    await using it = await start()
    const waiting = post(it.gateway, '/rpc/echo', call('wait'))
    await it.echo.arrived()
    await it.echo.$.stop()
    expect((await waiting).json.error).toMatchObject({
      code: -32057,
      data: { error: 57, code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' },
    })
    expect((await post(it.gateway, '/rpc/echo', call('wait'))).status).toBe(404)
  })

  it.for([
    ['not JSON', '{"jsonrpc":"2.0",', -32700],
    ['no UTF-8', '\ud800', -32700],
    ['empty', '', -32700],
    ['a number', '1', -32600],
    ['null', 'null', -32600],
    ['an empty batch', '[]', -32600],
    ['another version', '{"jsonrpc":"1.0","method":"reset","id":1}', -32600],
    ['no version', '{"method":"reset"}', -32600],
    ['no method', '{"jsonrpc":"2.0","id":1}', -32600],
    ['a method that is no text', '{"jsonrpc":"2.0","method":1,"id":1}', -32600],
    ['params that are a text', '{"jsonrpc":"2.0","method":"reset","params":"bar","id":1}', -32600],
    ['an id that is an object', '{"jsonrpc":"2.0","method":"reset","id":{}}', -32600],
    ['an id beyond numbers', '{"jsonrpc":"2.0","method":"reset","id":1e999}', -32600],
    ['a value too deep', `{"jsonrpc":"2.0","id":1,"method":"reset","params":${'['.repeat(5000)}${']'.repeat(5000)}}`, -32600],
  ] as const)('of a body that is %s', async ([, body, code]) => {
    await using it = await start()
    const bytes = body === '\ud800' ? new Uint8Array([0x22, 0xff, 0x22]) : new TextEncoder().encode(body)
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: bytes }
    const response = await it.gateway.fetch(new Request('http://localhost/rpc/math', init))
    expect(await response.json()).toMatchObject({ jsonrpc: '2.0', error: { code, data: { error: 54, origin: 'troupe.jsonrpc' } } })
  })
})

describe('a batch', () => {
  it('is answered with a result for each request in it, its notifications left out, whatever else it holds', async () => {
    await using it = await start()
    const batch = [
      call('multiply', [1, 2], 'a'),
      { jsonrpc: '2.0', method: 'reset' },
      1,
      call('fly', [], 'b'),
      call('multiply', [3, 4], 'c'),
    ]
    expect((await post(it.gateway, '/rpc/math', batch)).json).toEqual([
      { jsonrpc: '2.0', result: 2, id: 'a' },
      { jsonrpc: '2.0', error: expect.objectContaining({ code: -32600 }), id: null },
      { jsonrpc: '2.0', error: expect.objectContaining({ code: -32601 }), id: 'b' },
      { jsonrpc: '2.0', result: 12, id: 'c' },
    ])
  })

  it('reaches the service in its order', async () => {
    await using it = await start()
    const batch = Array.from({ length: 50 }, (_, i) => call('echo', [i], i))
    expect((await post(it.gateway, '/rpc/echo', batch)).json.map(({ result }: { result: number }) => result)).toEqual([...batch.keys()])
  })

  it('of notifications alone, as one notification, has no answer', async () => {
    await using it = await start()
    const note = { jsonrpc: '2.0', method: 'reset' }
    for (const body of [note, [note, note]]) {
      const { status, text } = await post(it.gateway, '/rpc/math', body)
      expect([status, text]).toEqual([204, ''])
    }
    expect((await post(it.gateway, '/rpc/math', { jsonrpc: '2.0', method: 'multiply', params: { z: 1 } })).status).toBe(204)
  })

  it('of more than 100 requests is refused as a whole', async () => {
    await using it = await start()
    const batch = (count: number) => new Array(count).fill(call('reset'))
    expect((await post(it.gateway, '/rpc/math', batch(100))).json).toHaveLength(100)
    expect((await post(it.gateway, '/rpc/math', batch(101))).json.error).toMatchObject({
      code: -32600,
      message: expect.stringContaining('at most 100'),
    })
  })
})

describe('a result', () => {
  it.for([
    ['date', '2001-02-03T04:05:06.789Z'],
    ['bigint', '1152921504606846976'],
    ['bytes', 'AQL/'],
    ['map', { a: 1 }],
    ['pairs', [[1, 'a']]],
    ['set', [1, 2]],
    ['error', { name: 'TypeError', message: 'wrong', code: 'E_WRONG' }],
    ['nothing', null],
  ] as const)('%s has the nearest form in JSON', async ([what, form]) => {
    await using it = await start()
    expect((await post(it.gateway, '/rpc/echo', call('give', [what]))).json.result).toEqual(form)
  })

  it('without a form in JSON is a failure', async () => {
    await using it = await start()
    expect((await post(it.gateway, '/rpc/echo', call('give', ['cycle']))).json.error).toMatchObject({ code: -32052, data: { error: 52 } })
  })
})

describe('JSON-RPC 1.0', () => {
  it('is answered in its own form, with the four fields in the error itself', async () => {
    await using it = await start()
    expect((await post(it.gateway, '/rpc/math', { method: 'multiply', params: [6, 7], id: 'a' })).json).toEqual({
      result: 42,
      error: null,
      id: 'a',
    })
    const { json } = await post(it.gateway, '/rpc/math', { method: 'fail', params: [5], id: 2 })
    expect(json).toMatchObject({
      result: null,
      id: 2,
      error: { error: 57, description: 'Application Error', origin: 'math', details: expect.any(String) },
    })
    expect((await post(it.gateway, '/rpc/math', { method: 'reset', params: [], id: null })).status).toBe(204)
  })
})

describe('rpc.discover', () => {
  it('describes the methods of a contract as OpenRPC, streams left out', async () => {
    await using it = await start()
    const { result } = (await post(it.gateway, '/rpc/math', call('rpc.discover'))).json
    expect(result).toMatchObject({ openrpc: '1.3.2', info: { title: 'math' } })
    const methods = new Map(result.methods.map((one: { name: string }) => [one.name, one]))
    expect([...methods.keys()]).toEqual(MathApi.methods.filter((name) => name !== 'count'))
    expect(methods.get('multiply')).toEqual({
      name: 'multiply',
      params: [
        { name: 'x', required: true, schema: { type: 'number', title: 'x', description: 'the first factor' } },
        { name: 'y', required: true, schema: { type: 'number', title: 'y' } },
      ],
      paramStructure: 'either',
      result: { name: 'result', schema: { type: 'number' } },
      errors: [{ code: -32057, message: 'Overflow', data: { code: 'Overflow', data: expect.objectContaining({ type: 'object' }) } }],
    })
    expect(methods.get('greet')).toMatchObject({
      paramStructure: 'by-name',
      params: [
        { name: 'name', required: true },
        { name: 'polite', required: false },
      ],
    })
    expect(methods.get('power')).toMatchObject({ params: [{ name: 'arg0' }, { name: 'arg1', required: false }] })
  })

  it('is the method of a service that has one, and a failure where no contract is known', async () => {
    const Own = service(import.meta, 'own', { groups: ['web'] }, () => ({ 'rpc.discover': () => 'mine' }))
    await using it = await start()
    await it.system.spawn(Own)
    expect((await post(it.gateway, '/rpc/own', call('rpc.discover'))).json.result).toBe('mine')
    const { error } = (await post(it.gateway, '/rpc/echo', call('rpc.discover'))).json
    expect(error).toMatchObject({ code: -32601, message: expect.stringContaining('in contracts') })
  })

  it('takes contracts from the mount for services that tell none', async () => {
    await using system = await createSystem({ threads: 0 })
    await system.spawn(EchoService, { name: 'math' })
    const gateway = createGateway(system)
    gateway.mount('/rpc', jsonRpc({ group: 'web' }, { contracts: [MathApi] }))
    expect((await post(gateway, '/rpc/math', call('rpc.discover'))).json.result.methods.length).toBe(MathApi.methods.length - 1)
    expect(() => jsonRpc({ group: 'web' }, { contracts: [EchoService as never] })).toThrow(/contracts/)
  })
})
