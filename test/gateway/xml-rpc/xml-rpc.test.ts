import { describe, expect, it } from 'vitest'
import { service } from '../../../src/actors/define.js'
import type { Gateway } from '../../../src/gateway/gateway-type.js'
import { readCall } from '../../../src/gateway/xml-rpc/call-reading.js'
import { printValue } from '../../../src/gateway/xml-rpc/value-writing.js'
import { post, start } from '../services.js'
import { VALIDATION, validatorMethods } from './validation.js'

const XML = { 'content-type': 'text/xml' }

const ValidatorService = service(import.meta, 'validator1', { groups: ['web'] }, () => validatorMethods)

/** The result, or `[faultCode, faultString]`. */
async function call(gateway: Gateway, path: string, method: string, ...params: readonly unknown[]): Promise<unknown> {
  const values = params.map((value) => `<param>${printValue(value)}</param>`).join('')
  return readAnswer(
    (await post(gateway, path, `<methodCall><methodName>${method}</methodName><params>${values}</params></methodCall>`, XML)).text,
  )
}

/** A response is read as the call that it would be. */
function readAnswer(text: string): unknown {
  const asCall = text.replace('<methodResponse>', '<methodCall><methodName>x</methodName>').replace('</methodResponse>', '</methodCall>')
  if (!text.includes('<fault>')) return readCall(asCall).params[0]
  const [fault] = readCall(asCall.replace('<fault>', '<params><param>').replace('</fault>', '</param></params>')).params
  const { faultCode, faultString } = fault as { readonly faultCode: number; readonly faultString: string }
  return [faultCode, faultString]
}

describe('XML-RPC', () => {
  it.for(VALIDATION)('passes %s of the validation suite', async ([method, params, result]) => {
    await using it = await start()
    await it.system.spawn(ValidatorService)
    expect(await call(it.gateway, '/rpc/validator1', `validator1.${method}`, ...params)).toEqual(result)
  })

  it('a method that returns nothing answers nil', async () => {
    await using it = await start()
    const { text, headers } = await post(it.gateway, '/rpc/math', '<methodCall><methodName>reset</methodName></methodCall>', XML)
    expect(text).toBe('<?xml version="1.0"?><methodResponse><params><param><value><nil/></value></param></params></methodResponse>')
    expect(headers.get('content-type')).toBe('text/xml; charset=utf-8')
  })

  it('a failure is a fault: its number, and origin, description and details as text', async () => {
    await using it = await start()
    expect(await call(it.gateway, '/rpc/math', 'crash')).toEqual([57, 'math -- Application Error\n\nboom'])
    expect(await call(it.gateway, '/rpc/math', 'fail', 5)).toEqual([57, expect.stringMatching(/^math -- /)])
    expect(await call(it.gateway, '/rpc/math', 'fly')).toEqual([55, expect.stringMatching(/^troupe -- Method Unavailable\n\n/)])
    expect(await call(it.gateway, '/rpc/math', 'multiply', 1)).toEqual([56, expect.stringMatching(/^troupe -- Parameters Incorrect\n\n/)])
    expect(await call(it.gateway, '/rpc/echo', 'give', 'cycle')).toEqual([52, expect.stringContaining('in a circle')])
    expect((await post(it.gateway, '/rpc/nobody', '<methodCall/>', XML)).status).toBe(404)
  })

  it('what is no call is a fault, also when it is no text', async () => {
    await using it = await start()
    for (const body of ['', '<a/>', '<!DOCTYPE a []><a/>', '<methodCall>']) {
      expect(readAnswer((await post(it.gateway, '/rpc/math', body, XML)).text)).toEqual([
        54,
        expect.stringContaining('is no call of XML-RPC'),
      ])
    }
    const init = { method: 'POST', headers: XML, body: new Uint8Array([0xff]) }
    expect(readAnswer(await (await it.gateway.fetch(new Request('http://localhost/rpc/math', init))).text())).toEqual([
      54,
      expect.stringContaining('UTF-8'),
    ])
    const deep = `${'<value><array><data>'.repeat(65)}${'</data></array></value>'.repeat(65)}`
    const text = `<methodCall><methodName>echo</methodName><params><param>${deep}</param></params></methodCall>`
    expect(readAnswer((await post(it.gateway, '/rpc/echo', text, XML)).text)).toEqual([54, expect.stringContaining('deep')])
  })

  it('text that XML does not have is replaced in faults', async () => {
    const Rude = service(import.meta, 'rude', { groups: ['web'] }, () => ({
      speak: () => {
        throw new Error('a\0b\ud800')
      },
    }))
    await using it = await start()
    await it.system.spawn(Rude)
    expect(await call(it.gateway, '/rpc/rude', 'speak')).toEqual([57, expect.stringContaining('a\ufffdb\ufffd')])
  })
})

describe('introspection', () => {
  it('lists methods and tells signatures and help from the contract', async () => {
    await using it = await start()
    const ask = (method: string, ...params: readonly unknown[]) => call(it.gateway, '/rpc/math', `system.${method}`, ...params)
    expect(await ask('listMethods')).toEqual(
      expect.arrayContaining(['multiply', 'greet', 'system.listMethods', 'system.methodHelp', 'system.methodSignature']),
    )
    expect(await ask('listMethods')).not.toContain('count')
    expect(await ask('methodSignature', 'multiply')).toEqual([['double', 'double', 'double']])
    expect(await ask('methodSignature', 'power')).toEqual([
      ['double', 'double'],
      ['double', 'double', 'int'],
    ])
    expect(await ask('methodSignature', 'greet')).toEqual([['string', 'struct']])
    expect(await ask('methodSignature', 'reset')).toEqual([['nil']])
    expect(await ask('methodSignature', 'system.listMethods')).toBe('undef')
    expect(await ask('methodHelp', 'multiply')).toBe('x: the first factor')
    expect(await ask('methodHelp', 'reset')).toBe('')
    expect(await ask('methodHelp', 'fly')).toEqual([55, expect.stringContaining('no method "fly"')])
    expect(await ask('methodHelp')).toEqual([56, expect.any(String)])
  })

  it('is that of the service where it has its own, and a fault where no contract is known', async () => {
    const Own = service(import.meta, 'own', { groups: ['web'] }, () => ({ 'system.listMethods': () => ['mine'] }))
    await using it = await start()
    await it.system.spawn(Own)
    expect(await call(it.gateway, '/rpc/own', 'system.listMethods')).toEqual(['mine'])
    expect(await call(it.gateway, '/rpc/echo', 'system.listMethods')).toEqual([55, expect.stringContaining('in contracts')])
  })

  it('system.multicall answers each of many calls with a result or a fault', async () => {
    await using it = await start()
    const calls = [
      ['multiply', [6, 7]],
      ['fly', []],
      ['system.methodHelp', ['reset']],
    ].map(([methodName, params]) => ({ methodName, params }))
    expect(await call(it.gateway, '/rpc/math', 'system.multicall', calls)).toEqual([
      [42],
      { faultCode: 55, faultString: expect.any(String) },
      [''],
    ])
    const nested = [{ methodName: 'system.multicall', params: [[]] }]
    for (const wrong of [nested, 1, [1], [null], new Array(101).fill(calls[0])]) {
      expect(await call(it.gateway, '/rpc/math', 'system.multicall', wrong)).toEqual([56, expect.any(String)])
    }
  })
})
