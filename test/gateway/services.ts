/** Services that tests offer over HTTP, and how they ask. */
import { z } from 'zod'
import { contract, method, stream } from '../../src/actors/contract.js'
import { service } from '../../src/actors/define.js'
import type { SystemOptions } from '../../src/actors/system-type.js'
import { createGateway } from '../../src/gateway/create-gateway.js'
import type { Gateway, GatewayOptions } from '../../src/gateway/gateway-type.js'
import { jsonRpc } from '../../src/gateway/json-rpc/json-rpc.js'
import { rest } from '../../src/gateway/rest/rest.js'
import { xmlRpc } from '../../src/gateway/xml-rpc/xml-rpc.js'
import { createSystem } from '../../src/runtime/create-system.js'
import { gate, recordingLog } from '../actors/evidence.js'

export const MathApi = contract('math', {
  methods: {
    multiply: method([z.number().meta({ title: 'x', description: 'the first factor' }), z.number().meta({ title: 'y' })], z.number()),
    sum: method([z.array(z.number())], z.number()),
    power: method([z.number(), z.int().optional()], z.number()),
    greet: method(z.object({ name: z.string(), polite: z.boolean().optional() }), z.string()),
    reset: method(),
    fail: method([z.number()], z.number()),
    crash: method([], z.number()),
    caller: method([], z.record(z.string(), z.string())),
    count: stream([z.int()], z.int()),
    hurried: method([], z.string(), { timeoutMs: 20 }),
    patient: method([], z.string(), { timeoutMs: Number.POSITIVE_INFINITY }),
  },
  errors: { Overflow: z.object({ limit: z.number() }) },
})

export const MathService = service(import.meta, MathApi, { groups: ['web'], concurrency: 100 }, (self) => ({
  multiply: (x, y) => x * y,
  sum: (numbers) => numbers.reduce((total, one) => total + one, 0),
  power: (base, exponent = 2) => base ** exponent,
  greet: ({ name, polite }) => `${polite === true ? 'Good morning' : 'Hello'}, ${name}`,
  reset: () => undefined,
  fail(limit) {
    throw self.failure('Overflow', { limit })
  },
  crash() {
    throw Object.assign(new Error('boom'), { code: 'E_BOOM', secret: 'inside' })
  },
  caller: () => ({ ...self.request.properties }),
  async *count(to) {
    for (let i = 0; i < to; i++) yield i
  },
  hurried: () => new Promise<string>(() => undefined),
  patient: () => new Promise<string>(() => undefined),
}))

/** Without a contract: what it is given it gives back, and it tells what became of its calls. */
export const EchoService = service(import.meta, 'echo', { groups: ['web'], concurrency: 100 }, (self) => {
  const ends: unknown[] = []
  let release = gate()
  let arrive = gate()
  return {
    echo: (value: unknown) => value,
    all: (...values: unknown[]) => values,
    'dotted.name': () => 'dotted',
    give: (what: string) => VALUES[what],
    who: () => self.request.properties,
    async wait() {
      const { signal } = self.request
      signal.addEventListener('abort', () => void ends.push('aborted'))
      arrive.open()
      await release.passed
      ends.push('released')
      return 'waited'
    },
    /** Resolves when a call waits. */
    async arrived() {
      await arrive.passed
      arrive = gate()
    },
    release() {
      release.open()
      release = gate()
    },
    ends: () => ends,
    end: () => self.stop(),
  }
})

const VALUES: Readonly<Record<string, unknown>> = {
  date: new Date(Date.UTC(2001, 1, 3, 4, 5, 6, 789)),
  bigint: 2n ** 60n,
  bytes: new Uint8Array([1, 2, 255]),
  map: new Map([['a', 1]]),
  pairs: new Map([[1, 'a']]),
  set: new Set([1, 2]),
  error: Object.assign(new TypeError('wrong'), { code: 'E_WRONG' }),
  cycle: cycle(),
  regexp: /a/,
}

function cycle(): unknown {
  const value: { self?: unknown } = {}
  value.self = value
  return value
}

/** A system of one thread with a math and an echo service, and a gateway with everything of group `web` at `/rpc`. */
export async function start(options: GatewayOptions & { readonly system?: SystemOptions; readonly rich?: boolean } = {}) {
  const { system: given, rich = false, ...rest_ } = options
  const log = recordingLog()
  const system = await createSystem({ threads: 0, log, ...given })
  const math = await system.spawn(MathService)
  const echo = await system.spawn(EchoService)
  const gateway = createGateway(system, rest_)
  gateway.mount('/rpc', jsonRpc({ group: 'web' }, { rich }), xmlRpc({ group: 'web' }), rest({ group: 'web' }))
  return { system, math, echo, gateway, log, [Symbol.asyncDispose]: () => system.stop() }
}

/** What a POST is answered with. */
export async function post(gateway: Gateway, path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: text }
  return await readResponse(await gateway.fetch(new Request(`http://localhost${path}`, init)))
}

export async function readResponse(response: Response) {
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, json: parse(text) }
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every form
function parse(text: string): any {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
