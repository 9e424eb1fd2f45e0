import SuperJSON, { type SuperJSONResult } from 'superjson'
import { describe, expect, it } from 'vitest'
import { service } from '../../../src/actors/define.js'
import { post, start } from '../services.js'
import { VALIDATION, validatorMethods } from '../xml-rpc/validation.js'

const rich = (method: string, params: readonly unknown[]) => {
  const { json, meta = {} } = SuperJSON.serialize(params)
  return { jsonrpc: '2.0', id: 1, method, params: json, meta }
}

const restored = ({ result, meta }: { readonly result: SuperJSONResult['json']; readonly meta: SuperJSONResult['meta'] }) =>
  SuperJSON.deserialize({ json: result, ...(meta === undefined ? {} : { meta }) })

describe('rich mode', () => {
  it('takes and gives values that JSON does not have', async () => {
    await using it = await start({ rich: true })
    const shared = { a: 1 }
    const values = [
      new Date(5),
      2n ** 70n,
      new Map([[1, new Set(['x'])]]),
      new Uint8Array([1, 2]),
      Number.NaN,
      -0,
      undefined,
      [shared, shared],
    ]
    const { json } = await post(it.gateway, '/rpc/echo', rich('echo', [values]))
    expect(restored(json)).toEqual(values)
    expect((await post(it.gateway, '/rpc/echo', rich('echo', [1]))).json).toEqual({ jsonrpc: '2.0', result: 1, meta: {}, id: 1 })
    expect(restored((await post(it.gateway, '/rpc/echo', rich('give', ['error']))).json)).toMatchObject({
      name: 'TypeError',
      message: 'wrong',
    })
  })

  it.for(VALIDATION)('passes %s of the validation suite', async ([method, params, result]) => {
    const Validator = service(import.meta, 'validator1', { groups: ['web'] }, () => validatorMethods)
    await using it = await start({ rich: true })
    await it.system.spawn(Validator)
    expect(restored((await post(it.gateway, '/rpc/validator1', rich(`validator1.${method}`, params))).json)).toEqual(result)
  })

  it('is for requests with a member meta only, and off where it is not turned on', async () => {
    await using it = await start({ rich: true })
    expect((await post(it.gateway, '/rpc/echo', { jsonrpc: '2.0', id: 1, method: 'give', params: ['set'] })).json).not.toHaveProperty(
      'meta',
    )
    await using plain = await start()
    const { error } = (await post(plain.gateway, '/rpc/echo', rich('echo', [new Date(5)]))).json
    expect(error).toMatchObject({ code: -32602, message: expect.stringContaining('rich mode is off') })
  })

  it.for([
    ['regular expressions', { values: { 0: ['regexp'] } }, ['/a/']],
    ['classes', { values: { 0: [['class', 'Thing']] } }, [{}]],
    ['symbols', { values: { 0: [['symbol', 'x']] } }, ['x']],
    ['types of its own', { values: { 0: [['custom', 'x']] } }, ['x']],
    ['URLs', { values: { 0: ['URL'] } }, ['http://a']],
    ['types within maps', { values: { 0: ['map', { '0.1': ['regexp'] }] } }, [[['a', '/a/']]]],
    ['types below others', { values: { 0: { a: ['regexp'] } } }, [{ a: '/a/' }]],
    ['trees that are none', { values: { 0: [['Date'], 1, 2] } }, ['x']],
    ['maps that are none', { values: { 0: ['map'] } }, [1]],
    ['paths to prototypes', { values: { '__proto__.x': ['Date'] } }, [{}]],
    ['references to prototypes', { referentialEqualities: { 0: ['__proto__.x'] } }, [{}]],
    ['numbers of too many digits', { values: { 0: ['bigint'] } }, ['9'.repeat(2000)]],
    ['values too deep', {}, [JSON.parse(`${'['.repeat(70)}${']'.repeat(70)}`)]],
    ['values too many', { values: { 0: ['set'] } }, [new Array(10_001).fill(0)]],
  ] as const)('refuses %s', async ([, meta, params]) => {
    await using it = await start({ rich: true })
    const { json } = await post(it.gateway, '/rpc/echo', { jsonrpc: '2.0', id: 1, method: 'echo', params, meta })
    expect(json).toMatchObject({ error: { data: { error: 54 } } })
    expect(({} as { x?: unknown }).x).toBeUndefined()
  })

  it('refuses results that it may not tell', async () => {
    await using it = await start({ rich: true })
    expect((await post(it.gateway, '/rpc/echo', rich('give', ['regexp']))).json.error).toMatchObject({ code: -32052 })
  })
})
