import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Client, type JSONRPCRequest } from 'jayson'
import { type System, service } from 'troupe'
import { createExchange } from 'troupe/exchange'
import { createGateway, type Gateway, jsonRpc, rest, xmlRpc } from 'troupe/gateway'
import { describe, expect, it } from 'vitest'
import xmlrpc from 'xmlrpc'
import { VALIDATION, validatorMethods } from '../gateway/xml-rpc/validation.js'
import { Circle, Parent, WebMath, WebMathApi } from './fixtures/web-math.js'
import { errorOf } from './support/outcomes.js'
import { startSystem } from './support/systems.js'

const run = promisify(execFile)
const Validator = service(import.meta, 'validator1', { groups: ['web'] }, () => validatorMethods)

function open(system: System): Gateway {
  const gateway = createGateway(system)
  gateway.mount('/rpc', jsonRpc({ group: 'web' }), xmlRpc({ group: 'web' }), rest({ group: 'web' }))
  return gateway
}

/** A service on a worker thread, one on thread 0, and where they can be asked. */
async function startServices() {
  const system = await startSystem({ threads: 1 })
  await system.spawn(WebMath)
  await system.spawn(Validator, { host: 'inline' })
  const gateway = open(system)
  const { port, url } = await gateway.listen(0)
  return { system, gateway, port, url }
}

const call = (method: string, params: unknown = []) => JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })

async function ask(url: string, body: string) {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return (await response.json()) as { readonly result?: unknown; readonly error?: { readonly code: number; readonly data: object } }
}

describe('a gateway', () => {
  it('calls services of other threads, whose contracts it knows', async () => {
    const { url } = await startServices()
    expect(await ask(`${url}/rpc/math`, call('thread'))).toMatchObject({ result: 1 })
    expect(await ask(`${url}/rpc/math`, call('multiply', { y: 7, x: 6 }))).toMatchObject({ result: 42 })
    expect(await ask(`${url}/rpc/math`, call('crash'))).toMatchObject({ error: { code: -32057, data: { details: 'boom' } } })
    expect(await (await fetch(`${url}/rpc/openapi.json`)).json()).toMatchObject({ paths: { '/math/multiply': {} } })
  })

  it('calls services of other processes, and hears when they go', async () => {
    const [hub, far] = [await startSystem({ threads: 0 }), await startSystem({ threads: 0 })]
    const { address } = await createExchange(hub, { role: 'server' }).listen(0)
    const link = createExchange(far, { role: 'client' }).connect(address)
    await far.spawn(WebMath)
    await link.active()
    await hub.lookup('math')
    const { url } = await open(hub).listen(0)
    expect(await ask(`${url}/rpc/math`, call('multiply', [6, 7]))).toMatchObject({ result: 42 })
    expect(await ask(`${url}/rpc/math`, call('caller'))).toMatchObject({ result: { remoteAddress: '127.0.0.1' } })
    await far.stop()
    expect(
      (await fetch(`${url}/rpc/math`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: call('caller') })).status,
    ).toBe(404)
  })

  it('describes services under whatever name they have', async () => {
    const system = await startSystem({ threads: 1 })
    await system.spawn(WebMath, { name: 'sums' })
    await system.spawn(Circle, { name: 'math' })
    const { url } = await open(system).listen(0)
    const { paths } = (await (await fetch(`${url}/rpc/openapi.json`)).json()) as { readonly paths: object }
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/sums/multiply', '/math/area']))
    expect(paths).not.toHaveProperty(['/math/multiply'])
    expect(await ask(`${url}/rpc/sums`, call('multiply', { y: 7, x: 6 }))).toMatchObject({ result: 42 })
  })

  it('describes no service by the contract of a namesake, and by a contract that it is given', async () => {
    const [system, far] = [await startSystem({ threads: 1 }), await startSystem({ threads: 0 })]
    await system.spawn(Parent)
    const { address } = await createExchange(system, { role: 'server' }).listen(0)
    const link = createExchange(far, { role: 'client' }).connect(address)
    await far.spawn(WebMath, { name: 'circle' })
    await link.active()
    await system.lookup('circle')
    const gateway = open(system)
    gateway.mount('/told', jsonRpc({ name: 'circle' }, { contracts: [{ ...WebMathApi, name: 'circle' }] }))
    const { url } = await gateway.listen(0)
    for (const name of ['math', 'circle']) {
      expect(await ask(`${url}/rpc/${name}`, call('rpc.discover'))).toMatchObject({ error: { code: -32601 } })
    }
    expect(await ask(`${url}/rpc/math`, call('area', [1]))).toMatchObject({ result: Math.PI })
    expect(await ask(`${url}/told`, call('multiply', { y: 7, x: 6 }))).toMatchObject({ result: 42 })
  })

  it('stops with its system, and lets the process end', async () => {
    const { system, url } = await startServices()
    await system.stop()
    expect(await errorOf(fetch(url))).toBeInstanceOf(TypeError)
  })
})

describe('standard clients', () => {
  it('jayson calls, batches, names parameters, notifies, and gets errors', async () => {
    const { port } = await startServices()
    const client = Client.http({ port, path: '/rpc/math' })
    const request = (method: string, params: JSONRPCRequest['params']) =>
      new Promise((resolve, reject) =>
        client.request(method, params as never, (error: unknown, answer: unknown) => (error ? reject(error) : resolve(answer))),
      )
    expect(await request('multiply', [6, 7])).toMatchObject({ result: 42 })
    expect(await request('multiply', { x: 6, y: 7 })).toMatchObject({ result: 42 })
    expect(await request('fly', [])).toMatchObject({ error: { code: -32601, data: { error: 55 } } })
    expect(await request('multiply', [1])).toMatchObject({ error: { code: -32602, data: { error: 56 } } })
    const batch = [
      client.request('multiply', [6, 7], 'a', false as never),
      client.request('multiply', [2, 3], 'b', false as never),
    ] as unknown as JSONRPCRequest[]
    const answers = await new Promise((resolve, reject) =>
      client.request(batch, (error: unknown, all: unknown) => (error ? reject(error) : resolve(all))),
    )
    expect(answers).toMatchObject([{ result: 42 }, { result: 6 }])
    const old = Client.http({ port, path: '/rpc/math', version: 1 })
    const answer = await new Promise((resolve, reject) =>
      old.request('multiply', [6, 7], (error: unknown, one: unknown) => (error ? reject(error) : resolve(one))),
    )
    expect(answer).toMatchObject({ result: 42, error: null })
  })

  it('xmlrpc of npm passes the validation suite, and gets faults', async () => {
    const { port } = await startServices()
    const ask = (path: string, method: string, params: readonly unknown[]) =>
      new Promise((resolve, reject) =>
        xmlrpc
          .createClient({ port, path })
          .methodCall(method, params as unknown[], (error, value: unknown) => (error ? reject(error) : resolve(value))),
      )
    for (const [method, params, result] of VALIDATION)
      expect(await ask('/rpc/validator1', `validator1.${method}`, params.map(asBuffers))).toEqual(asBuffers(result))
    expect(await errorOf(ask('/rpc/math', 'crash', []))).toMatchObject({
      faultCode: 57,
      faultString: 'math -- Application Error\n\nboom',
    })
    expect(await ask('/rpc/math', 'system.methodSignature', ['multiply'])).toEqual([['double', 'double', 'double']])
  })

  it("Python's xmlrpc.client passes the validation suite, and gets faults", async ({ skip }) => {
    const hasPython = await run('python3', ['--version']).then(
      () => true,
      () => false,
    )
    if (!hasPython) {
      const reason = 'not run here: python3 (.ci/run installs it)'
      console.log(reason)
      return skip(reason)
    }
    const { url } = await startServices()
    const { stdout } = await run('python3', [fileURLToPath(new URL('fixtures/validate.py', import.meta.url)), `${url}/rpc`])
    const lines = stdout.trim().split('\n')
    expect(lines.filter((line) => !line.endsWith(' PASSED'))).toEqual([])
    expect(lines).toHaveLength(VALIDATION.length + 3)
  })
})

/** The client takes and gives Buffers. */
function asBuffers(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value)
  return Array.isArray(value) ? value.map(asBuffers) : value
}
