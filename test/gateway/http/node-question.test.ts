import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { nodeQuestion, writeAnswer } from '../../../src/gateway/http/node-question.js'
import type { Question } from '../../../src/gateway/http/question.js'

/** A request that has been sent as far as `text` goes, and how to hang up. */
async function ask(text: string) {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close().closeAllConnections())
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(text)
  const [req, res] = (await once(server, 'request')) as [IncomingMessage, ServerResponse]
  return { req, res, question: nodeQuestion(req, res) as Question, hangUp: () => socket.destroy() }
}

const PARTIAL = 'POST /a%20b?c=d HTTP/1.1\r\nhost: gate.test\r\nx-one: 1\r\nX-One: 2\r\ncontent-length: 10\r\n\r\n12345'

describe('nodeQuestion()', () => {
  it('tells path, headers and who asks, and makes a request of fetch without a body', async () => {
    const { question } = await ask(PARTIAL)
    expect(question).toMatchObject({ method: 'POST', path: '/a%20b', remoteAddress: '127.0.0.1', isLoopback: true })
    expect([question.header('host'), question.header('x-one'), question.header('x-two')]).toEqual(['gate.test', '1, 2', undefined])
    const { url, method, headers, body } = question.toRequest()
    expect([url, method, headers.get('x-one'), body]).toEqual(['http://gate.test/a%20b?c=d', 'POST', '1, 2', null])
    const odd = await ask(PARTIAL.replace('gate.test', 'a b:99999999'))
    expect(odd.question.toRequest().url).toBe('http://localhost/a%20b?c=d')
  })

  it('a body of which the rest does not come is cut short, whether it is waited for or not yet', async () => {
    const { question, hangUp } = await ask(PARTIAL)
    const body = question.body(100)
    hangUp()
    expect(await body).toBe('cut-short')
    const late = await ask(PARTIAL)
    late.hangUp()
    await new Promise((resolve) => late.req.once('close', resolve))
    expect(await late.question.body(100)).toBe('cut-short')
  })

  it('tells once that whoever asked has gone, and not when they got their answer', async () => {
    const { question, hangUp } = await ask(PARTIAL)
    const gone = new Promise<void>((resolve) => question.onGone(resolve))
    hangUp()
    expect(await gone).toBeUndefined()
    const answered = await ask(PARTIAL.replace('10', '5'))
    let left = 0
    answered.question.onGone(() => left++)
    await writeAnswer(answered.res, { status: 200, headers: {}, body: 'é' })
    expect([left, answered.res.getHeader('content-length')]).toEqual([0, undefined])
    await writeAnswer(answered.res, { status: 500, headers: {}, body: null })
    expect(answered.res.statusCode).toBe(200)
  })
})
