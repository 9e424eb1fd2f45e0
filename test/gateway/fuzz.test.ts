import { once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isServiceFailure } from '../../src/base/failures.js'
import { readCall } from '../../src/gateway/xml-rpc/call-reading.js'
import { start } from './services.js'

const STATUSES = [200, 204, 400, 401, 403, 404, 405, 413, 415, 422, 500, 503, 504]

const key = fc.oneof(
  fc.constantFrom('jsonrpc', 'method', 'params', 'id', 'meta', 'json', 'values', 'referentialEqualities', '__proto__'),
  fc.string(),
)
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    fc.constantFrom('2.0', 'echo', 'rpc.discover', 'regexp', 'Date'),
    fc.jsonValue({ maxDepth: 2 }),
    fc.array(tie('json'), { maxLength: 5 }),
    fc.dictionary(key, tie('json'), { maxKeys: 5 }),
  ),
}))

const request = fc.record(
  {
    jsonrpc: fc.oneof(fc.constant('2.0'), json),
    method: fc.oneof(fc.constantFrom('echo', 'all', 'give', 'rpc.discover', 'constructor', '__proto__'), json),
    params: fc.oneof(fc.array(json), fc.dictionary(key, json), json),
    id: fc.oneof(fc.nat(), json),
    meta: json,
  },
  { requiredKeys: [] },
)

const element = fc.constantFrom(
  'methodCall',
  'methodName',
  'params',
  'param',
  'value',
  'array',
  'data',
  'struct',
  'member',
  'name',
  'int',
  'i8',
  'double',
  'boolean',
  'base64',
  'nil',
  'dateTime.iso8601',
)
const { xml } = fc.letrec<{ xml: string }>((tie) => ({
  xml: fc.oneof(
    { depthSize: 'medium' },
    fc.constantFrom('1', 'echo', '&lt;', '&a;', '<![CDATA[x]]>', '<!DOCTYPE a>', '<!-- -->', '<?x?>', ']]>', '<', '\0'),
    fc.string(),
    fc.tuple(element, fc.array(tie('xml'))).map(([name, parts]) => `<${name}>${parts.join('')}</${name}>`),
  ),
}))
const call = xml.map(
  (value) => `<methodCall><methodName>echo</methodName><params><param><value>${value}</value></param></params></methodCall>`,
)

describe('whatever is sent', () => {
  it('as JSON-RPC is answered with responses of JSON-RPC, in plain and in rich mode', { timeout: 30_000 }, async () => {
    for (const rich of [false, true]) {
      await using it = await start({ rich })
      const body = fc.oneof(
        fc.json(),
        fc.string(),
        request.map((one) => JSON.stringify(one)),
        fc.array(request, { maxLength: 5 }).map((batch) => JSON.stringify(batch)),
      )
      await fc.assert(
        fc.asyncProperty(body, async (text) => {
          const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: text }
          const response = await it.gateway.fetch(new Request('http://localhost/rpc/echo', init))
          const answer = await response.text()
          expect([200, 204]).toContain(response.status)
          if (response.status === 204) return void expect(answer).toBe('')
          const replies: unknown = JSON.parse(answer)
          for (const reply of Array.isArray(replies) ? replies : [replies])
            expect('result' in reply || Number.isInteger(reply.error.code)).toBe(true)
        }),
        { numRuns: 300 },
      )
      expect(it.log.records.filter(({ level }) => level === 'error')).toEqual([])
    }
  })

  it('as XML is a call or refused as none', () => {
    const text = fc.oneof(xml, call, fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(text, (given) => {
        try {
          expect(readCall(given)).toEqual({ method: expect.any(String), params: expect.any(Array) })
        } catch (error) {
          if (!isServiceFailure(error)) throw error
          expect(error.code).toBe('ERR_REQUEST_DECODING')
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('as XML-RPC is answered with a response of XML-RPC', { timeout: 30_000 }, async () => {
    await using it = await start()
    await fc.assert(
      fc.asyncProperty(fc.oneof(call, xml, fc.uint8Array()), async (body) => {
        const init = { method: 'POST', headers: { 'content-type': 'text/xml' }, body }
        const response = await it.gateway.fetch(new Request('http://localhost/rpc/echo', init))
        expect([response.status, await response.text()]).toEqual([
          200,
          expect.stringMatching(/^<\?xml version="1.0"\?><methodResponse>.*<\/methodResponse>$/s),
        ])
      }),
      { numRuns: 300 },
    )
    expect(it.log.records.filter(({ level }) => level === 'error')).toEqual([])
  })

  it('as a path, method or header is answered with a status that the gateway knows', { timeout: 30_000 }, async () => {
    await using it = await start({ cors: ['https://app.example'] })
    const path = fc.oneof(
      fc.webPath(),
      fc.string(),
      fc.array(fc.constantFrom('echo', 'math', 'openapi.json', '..', '%', '%2F', '')).map((steps) => steps.join('/')),
    )
    const type = fc.option(fc.oneof(fc.constantFrom('application/json', 'text/xml', 'text/plain'), fc.stringMatching(/^[ -~]*$/)), {
      nil: undefined,
    })
    const origin = fc.option(fc.constantFrom('https://app.example', 'null', 'https://evil.example'), { nil: undefined })
    const method = fc.constantFrom('POST', 'GET', 'OPTIONS', 'PUT', 'HEAD')
    await fc.assert(
      fc.asyncProperty(path, method, type, origin, fc.option(fc.json(), { nil: undefined }), async (at, verb, contentType, from, body) => {
        const headers = {
          ...(contentType === undefined ? {} : { 'content-type': contentType }),
          ...(from === undefined ? {} : { origin: from }),
        }
        const init = { method: verb, headers, ...(verb === 'GET' || verb === 'HEAD' || body === undefined ? {} : { body }) }
        const response = await it.gateway.fetch(new Request(new URL(`http://localhost/rpc/${at}`), init))
        await response.text()
        expect(STATUSES).toContain(response.status)
      }),
      { numRuns: 300 },
    )
    expect(it.log.records.filter(({ level }) => level === 'error')).toEqual([])
  })

  it('as bytes on a connection is answered in HTTP, or not at all; the server goes on', { timeout: 30_000 }, async () => {
    await using it = await start({ authorise: (request) => request.url !== '' })
    const { port } = await it.gateway.listen(0)
    const line = fc.oneof(
      fc.constantFrom(
        'POST /rpc/echo HTTP/1.1',
        'GET / HTTP/1.0',
        'host: localhost',
        'content-length: 5',
        'content-length: -1',
        'transfer-encoding: chunked',
        'content-type: application/json',
        'connection: upgrade',
        '',
      ),
      fc.string(),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(line), async (lines) => {
        const answer = await exchange(port, `${lines.join('\r\n')}\r\n\r\n`)
        expect(answer === '' || answer.startsWith('HTTP/1.1 ')).toBe(true)
      }),
      { numRuns: 100 },
    )
    const body = '{"jsonrpc":"2.0","id":1,"method":"echo","params":["still here"]}'
    expect(
      await (
        await fetch(`http://127.0.0.1:${port}/rpc/echo`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
      ).text(),
    ).toContain('still here')
  })
})

/** What comes back until the other side has ended. */
async function exchange(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => undefined)
  socket.end(text)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString('latin1')
}
