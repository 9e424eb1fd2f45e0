import { describe, expect, it } from 'vitest'
import { createGateway } from '../../../src/gateway/create-gateway.js'
import type { GatewayOptions } from '../../../src/gateway/gateway-type.js'
import { type LiveOptions, live } from '../../../src/gateway/live/live.js'
import { createTestSystem } from '../../../src/testing/create-test-system.js'
import { expectNothingLeft, recordingLog } from '../../actors/evidence.js'
import { Clock, Hidden, MathService } from '../../client/services.js'

interface Event {
  readonly id?: string
  readonly event?: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every form
  readonly data?: any
}

async function start(options: { readonly live?: LiveOptions; readonly gateway?: GatewayOptions } = {}) {
  const system = await createTestSystem({ seed: 1, log: recordingLog() })
  const math = await system.spawn(MathService)
  const gateway = createGateway(system, options.gateway)
  gateway.mount('/live', live({ group: 'web' }, options.live))
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 8; i++) {
      await new Promise((resolve) => setImmediate(resolve))
      await system.settled()
    }
  }
  const open = async (path: string, headers: Readonly<Record<string, string>> = {}) => {
    const abort = new AbortController()
    const response = await gateway.fetch(new Request(`http://localhost/live${path}`, { headers, signal: abort.signal }))
    const events: Event[] = []
    const ids: string[] = []
    const reading = read(response, events, ids)
    await settle()
    return { response, events, ids, abort, reading }
  }
  const advance = async (ms: number): Promise<void> => {
    await system.clock.advance(ms)
    await settle()
  }
  return {
    system,
    math,
    gateway,
    open,
    settle,
    advance,
    async [Symbol.asyncDispose]() {
      await gateway.close()
      await advance(3_600_000)
      await system[Symbol.asyncDispose]()
    },
  }
}

/** Collects events, and the ids that come, until the stream ends. */
async function read(response: Response, events: Event[], ids: string[]): Promise<void> {
  let text = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = parse(text.slice(0, end))
      ids.push(...[...text.slice(0, end).matchAll(/^id: (.*)$/gm)].map(([, id]) => id as string))
      if (event !== undefined) events.push(event)
      text = text.slice(end + 2)
    }
  }
}

function parse(block: string): Event | undefined {
  const fields = Object.fromEntries(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  )
  return fields['data'] === undefined ? undefined : { ...fields, data: JSON.parse(fields['data']) }
}

describe('server-sent events', () => {
  it('tell the reports of a service, what is retained first', async () => {
    await using it = await start()
    await it.math.publish('load.cpu', 1, true)
    await it.math.publish('greeting', 'x', true)
    const { response, events } = await it.open('/math?pattern=load.*')
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
    await it.math.publish('load.gpu', new Date(5), false)
    await it.settle()
    expect(events.map(({ data }) => [data.subject, data.content, data.retained, data.missed, data.publisher.name])).toEqual([
      ['load.cpu', 1, true, 0, 'math'],
      ['load.gpu', '1970-01-01T00:00:00.005Z', false, 0, 'math'],
    ])
  })

  it('resume after the last one that a client has: nothing twice, nothing missed', async () => {
    await using it = await start()
    const first = await it.open('/math?pattern=load.*')
    for (let n = 0; n < 5; n++) await it.math.publish('load.cpu', n, false)
    await it.settle()
    const seen = first.events[1] as Event
    first.abort.abort()
    await it.settle()
    for (let n = 5; n < 8; n++) await it.math.publish('load.cpu', n, false)
    const second = await it.open('/math?pattern=load.*', { 'last-event-id': seen.id as string })
    expect(second.events.map(({ data }) => data.content)).toEqual([2, 3, 4, 5, 6, 7])
  })

  it('go on after one that is larger than all that is kept', async () => {
    await using it = await start()
    const { events } = await it.open('/math?pattern=load.*')
    for (const content of ['x'.repeat(2 ** 21), 'small', 'last']) {
      await it.math.publish('load.cpu', content, false)
      await it.settle()
    }
    expect(events.map(({ data }) => data.content.length)).toEqual([2 ** 21, 5, 4])
  })

  it('that come too late begin anew, and say so; nobody resumes what others asked for', async () => {
    await using it = await start({ live: { resumeMs: 1000 } })
    await it.math.publish('load.cpu', 'kept', true)
    const first = await it.open('/math?pattern=load.*')
    const { id } = first.events[0] as Event
    const other = await it.open('/math?pattern=*', { 'last-event-id': id as string })
    expect(other.events.map(({ event, data }) => event ?? data.content)).toEqual(['lost', 'kept'])
    first.abort.abort()
    await it.settle()
    await it.advance(2000)
    for (const last of [id as string, `${'0'.repeat(32)}.1`, 'garbage']) {
      const late = await it.open('/math?pattern=load.*', { 'last-event-id': last })
      expect(late.events.map(({ event, data }) => event ?? data.content)).toEqual(['lost', 'kept'])
    }
  })

  it('of a client that asks again while it is still served go on in the newer one', async () => {
    await using it = await start()
    const first = await it.open('/math?pattern=load.*')
    await it.math.publish('load.cpu', 1, false)
    await it.settle()
    const second = await it.open('/math?pattern=load.*', { 'last-event-id': first.events[0]?.id as string })
    await first.reading
    await it.math.publish('load.cpu', 2, false)
    await it.settle()
    expect([first.events.length, second.events.map(({ data }) => data.content)]).toEqual([1, [2]])
  })

  it('of the mount are announcements of what it offers', async () => {
    await using it = await start()
    const { events } = await it.open('')
    await it.system.spawn(Hidden)
    const clock = await it.system.spawn(Clock, { init: 'x' })
    await clock.$.stop()
    await it.settle()
    expect(events.map(({ data }) => `${data.kind} ${data.binding.name} ${data.status}`)).toEqual([
      'service math available',
      'group math available',
      'service clock available',
      'group clock available',
      'group clock withdrawn',
      'service clock withdrawn',
    ])
  })

  it('end with the client, with the gateway, and with their service the subscription goes on', async () => {
    await using it = await start()
    const gone = await it.open('/math?pattern=load.*')
    expect(await it.math.greet('x')).toBe(1)
    gone.abort.abort()
    await it.settle()
    await it.advance(31_000)
    expect(await it.math.greet('x')).toBe(0)
    const open = await it.open('/math?pattern=load.*')
    await it.gateway.close()
    await open.reading
    expect(open.events).toEqual([])
    expect((await it.gateway.fetch(new Request('http://localhost/live/math'))).status).toBe(503)
  })

  it('show that they are there, and refuse what is wrong', async () => {
    await using it = await start({ live: { beatMs: 100, limits: { maxConnections: 1 } } })
    const response = await it.gateway.fetch(new Request('http://localhost/live/math'))
    const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader.read()).value).toMatch(/^retry: 2000\nid: [\da-f]{32}\.0\n\n$/)
    const beat = reader.read()
    await it.settle()
    await it.advance(100)
    expect((await beat).value).toBe(': beat\n\n')
    expect((await it.gateway.fetch(new Request('http://localhost/live/math'))).status).toBe(503)
    expect((await it.gateway.fetch(new Request('http://localhost/live/nobody'))).status).toBe(404)
    expect((await it.gateway.fetch(new Request('http://localhost/live', { method: 'POST', body: '1' }))).status).toBe(405)
    await reader.cancel()
    await it.settle()
  })

  it('ask authorise, and refuse a pattern that is none', async () => {
    await using it = await start({
      gateway: { authorise: ({ headers }) => headers.get('x-user') !== null && { user: headers.get('x-user') as string } },
    })
    expect((await it.gateway.fetch(new Request('http://localhost/live/math'))).status).toBe(401)
    await it.math.publish('load.cpu', 1, false)
    const ada = await it.open('/math?pattern=load.*', { 'x-user': 'ada' })
    await it.math.publish('load.cpu', 2, false)
    await it.settle()
    const eve = await it.open('/math?pattern=load.*', { 'x-user': 'eve', 'last-event-id': ada.events[0]?.id as string })
    expect(eve.events.map(({ event }) => event)).toEqual(['lost'])
    const wrong = await it.gateway.fetch(
      new Request(`http://localhost/live/math?pattern=${'x'.repeat(300)}`, { headers: { 'x-user': 'ada' } }),
    )
    expect(wrong.status).toBe(400)
  })

  it('of a client that had heard nothing yet resume too', async () => {
    await using it = await start()
    const first = await it.open('/math?pattern=load.*')
    first.abort.abort()
    await it.settle()
    await it.math.publish('load.cpu', 1, false)
    const second = await it.open('/math?pattern=load.*', { 'last-event-id': first.ids[0] as string })
    expect(second.events.map(({ event, data }) => event ?? data.content)).toEqual([1])
    const late = await it.open('/math?pattern=load.*', { 'last-event-id': `${'0'.repeat(32)}.7` })
    expect([late.events.map(({ event }) => event), late.ids]).toEqual([['lost'], [late.ids[0], late.ids[0]]])
  })
})

describe('sessions of server-sent events', () => {
  const ONE = { live: { limits: { maxConnections: 1 } } }

  it('are as many as there may be, however many are asked for at once', async () => {
    await using it = await start({ live: { limits: { maxConnections: 2 } } })
    const asked = Array.from({ length: 5 }, () => it.gateway.fetch(new Request('http://localhost/live/math')))
    await it.settle()
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, 200, 503, 503, 503])
  })

  it('that fail to begin keep no place', async () => {
    await using it = await start(ONE)
    const wrong = `/math?pattern=${'x'.repeat(300)}`
    for (let i = 0; i < 3; i++) expect((await it.open(wrong)).response.status).toBe(400)
    expect((await it.open('/math')).response.status).toBe(200)
  })

  it('that nobody has heard of end at once', async () => {
    await using it = await start()
    const response = await it.gateway.fetch(new Request('http://localhost/live/math?pattern=load.*'))
    expect(await it.math.greet('x')).toBe(1)
    await response.body?.cancel()
    await it.settle()
    expect(await it.math.greet('x')).toBe(0)
    const abort = new AbortController()
    await it.gateway.fetch(new Request('http://localhost/live/math?pattern=load.*', { signal: abort.signal }))
    expect(await it.math.greet('x')).toBe(1)
    abort.abort()
    await it.settle()
    expect(await it.math.greet('x')).toBe(0)
  })

  it('that nobody listens to make room, the one that was left first before the others', async () => {
    await using it = await start({ live: { limits: { maxConnections: 2 } } })
    const left = []
    for (const path of ['/math?pattern=load.a', '/math?pattern=load.b']) {
      const one = await it.open(path)
      one.abort.abort()
      await it.settle()
      left.push(one.ids[0] as string)
    }
    expect((await it.open('/math?pattern=load.c')).response.status).toBe(200)
    const b = await it.open('/math?pattern=load.b', { 'last-event-id': left[1] as string })
    expect([b.response.status, b.events]).toEqual([200, []])
    expect((await it.open('/math?pattern=load.a', { 'last-event-id': left[0] as string })).response.status).toBe(503)
  })

  it('count for the gateway too, whichever mount they are of', async () => {
    await using it = await start({ gateway: { limits: { maxLiveConnections: 1 } } })
    it.gateway.mount('/other', live({ group: 'web' }))
    const first = await it.open('/math')
    const other = () => it.gateway.fetch(new Request('http://localhost/other/math'))
    expect((await other()).status).toBe(503)
    first.abort.abort()
    await it.settle()
    expect((await other()).status).toBe(200)
  })

  it('end with the gateway, those too that nobody listens to', async () => {
    await using it = await start()
    const [left] = [await it.open('/math?pattern=load.*'), await it.open('/math?pattern=load.*')]
    left.abort.abort()
    await it.settle()
    expect(await it.math.greet('x')).toBe(2)
    await it.gateway.close()
    await it.settle()
    expect(await it.math.greet('x')).toBe(0)
    await it.math.$.stop()
    await it.settle()
    await expectNothingLeft(it.system)
  })

  it('for which most is kept end when it is too much for all', async () => {
    await using it = await start({ gateway: { limits: { maxLiveQueueBytes: 2 ** 16 } } })
    const [many, few] = [await it.open('/math?pattern=load.many'), await it.open('/math?pattern=load.few')]
    for (let n = 0; n < 10; n++) {
      await it.math.publish('load.many', 'x'.repeat(10_000), false)
      await it.math.publish('load.few', n, false)
      await it.settle()
    }
    await many.reading
    expect([many.events.length < 10, few.events.length]).toEqual([true, 10])
  })
})
