/** Services of the examples that come and go, over HTTP and under a clock that is moved by hand. */
import { createGateway, type Gateway, jsonRpc } from 'troupe/gateway'
import { createTestSystem } from 'troupe/testing'
import { describe, expect, it } from 'vitest'
import { DatabaseService } from '../../examples/sql/database.js'
import { AdminService } from '../../examples/transient/objects.js'

const IDLE_MS = 1000

function open(system: Parameters<typeof createGateway>[0]): Gateway {
  const gateway = createGateway(system)
  gateway.mount('/rpc', jsonRpc({ group: 'web-services' }))
  return gateway
}

async function post(gateway: Gateway, service: string, body: unknown): Promise<{ status: number; json: unknown }> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await gateway.fetch(new Request(`http://localhost/rpc/${service}`, init))
  return { status: response.status, json: await response.json() }
}

/** The results of calls that are sent in one request, or the codes of their failures; a status that is no success. */
async function ask(gateway: Gateway, service: string, ...calls: readonly (readonly [method: string, ...params: readonly unknown[]])[]) {
  const batch = calls.map(([method, ...params], id) => ({ jsonrpc: '2.0', id, method, params }))
  const { status, json } = await post(gateway, service, batch)
  if (status !== 200) return status
  return (json as { result?: unknown; error?: { data: { code: string } } }[]).map(({ result, error }) => error?.data.code ?? result)
}

describe('transient services', () => {
  it('have a URL each until nobody has called for as long as was said; every call begins that anew', async () => {
    await using t = await createTestSystem()
    await t.spawn(AdminService)
    const gateway = open(t)
    expect(await ask(gateway, 'admin', ['add', 'one', IDLE_MS], ['add', 'two', 10 * IDLE_MS])).toEqual(['object/one', 'object/two'])
    expect(await ask(gateway, 'object/one', ['set', 'hello'], ['data'], ['name'])).toEqual([null, 'hello', 'one'])
    for (let i = 0; i < 5; i++) {
      await t.clock.advance(IDLE_MS - 1)
      expect(await ask(gateway, 'object/one', ['data'])).toEqual(['hello'])
    }
    await t.clock.advance(IDLE_MS)
    expect(await ask(gateway, 'object/one', ['data'])).toBe(404)
    expect(await ask(gateway, 'admin', ['list'])).toEqual([['two']])
  })

  it('are deleted by name, and the name is free again', async () => {
    await using t = await createTestSystem()
    await t.spawn(AdminService)
    const gateway = open(t)
    expect(await ask(gateway, 'admin', ['add', 'one', IDLE_MS], ['add', 'one', IDLE_MS])).toEqual(['object/one', 'Refused'])
    expect(await ask(gateway, 'admin', ['del', 'one'], ['del', 'one'], ['add', 'one', IDLE_MS])).toEqual([true, false, 'object/one'])
    await t.settled()
    expect(await ask(gateway, 'admin', ['list'])).toEqual([['one']])
    expect(await ask(gateway, 'object/one', ['data'])).toEqual([''])
  })
})

describe('cursors of a database', () => {
  it('answer the calls of one request in order', async () => {
    await using t = await createTestSystem()
    await t.spawn(DatabaseService)
    const gateway = open(t)
    expect(await ask(gateway, 'database', ['cursor'])).toEqual(['database/1'])
    const rows = Array.from({ length: 50 }, (_, i) => [i, `row ${i}`])
    expect(
      await ask(
        gateway,
        'database/1',
        ['execute', 'CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)'],
        ['executemany', 'INSERT INTO t VALUES (?, ?)', rows],
        ['execute', 'SELECT id, text FROM t WHERE id < ?', [4]],
        ['description'],
        ['rowcount'],
        ['fetchone'],
        ['fetchmany'],
        ['arraysize', 2],
        ['fetchmany'],
        ['fetchall'],
        ['fetchone'],
      ),
    ).toEqual([
      0,
      50,
      4,
      ['id', 'text'],
      4,
      [0, 'row 0'],
      [[1, 'row 1']],
      2,
      [
        [2, 'row 2'],
        [3, 'row 3'],
      ],
      [],
      null,
    ])
  })

  it('tell failures of the database, which change nothing', async () => {
    await using t = await createTestSystem()
    await t.spawn(DatabaseService)
    const gateway = open(t)
    await ask(gateway, 'database', ['cursor'])
    const count = ['execute', 'SELECT count(*) FROM t'] as const
    await ask(gateway, 'database/1', ['execute', 'CREATE TABLE t (id INTEGER PRIMARY KEY)'], ['execute', 'INSERT INTO t VALUES (1)'])
    expect(
      await ask(
        gateway,
        'database/1',
        ['executemany', 'INSERT INTO t VALUES (?)', [[2], [1]]],
        count,
        ['fetchall'],
        ['execute', 'SELEKT'],
        ['rowcount'],
        ['execute', 'COMMIT'],
        count,
        ['fetchall'],
      ),
    ).toEqual(['SqlError', 1, [[1]], 'SqlError', -1, 'SqlError', 1, [[1]]])
    const { json } = await post(gateway, 'database/1', { jsonrpc: '2.0', id: 1, method: 'execute', params: ['SELEKT'] })
    expect(json).toMatchObject({ error: { message: 'near "SELEKT": syntax error', data: { code: 'SqlError', data: { sql: 'SELEKT' } } } })
  })

  it('go when they are closed, and when they are idle', async () => {
    await using t = await createTestSystem()
    await t.spawn(DatabaseService)
    const gateway = open(t)
    expect(await ask(gateway, 'database', ['cursor', IDLE_MS], ['cursor', IDLE_MS])).toEqual(['database/1', 'database/2'])
    expect(await ask(gateway, 'database/1', ['close'])).toEqual([null])
    await t.settled()
    expect(await ask(gateway, 'database/1', ['rowcount'])).toBe(404)
    await t.clock.advance(IDLE_MS - 1)
    expect(await ask(gateway, 'database/2', ['rowcount'])).toEqual([-1])
    await t.clock.advance(IDLE_MS)
    expect(await ask(gateway, 'database/2', ['rowcount'])).toBe(404)
  })
})
