/**
 * Lesson 22: a database over HTTP, cursor by cursor. Who asks for a cursor gets a service of its own, with a URL, which remembers what was found and
 * goes when it is closed, or when nobody has asked it anything for a while. What the database says is wrong arrives as a failure.
 */
import { createSystem, main } from 'troupe'
import { createGateway, jsonRpc } from 'troupe/gateway'
import { DatabaseService } from './sql/database.js'

await main(import.meta, async () => {
  await using system = await createSystem({ threads: 1 })
  await system.spawn(DatabaseService)
  await using gateway = createGateway(system)
  gateway.mount('/rpc', jsonRpc({ group: 'web-services' }))
  const { url } = await gateway.listen(0)

  async function post(service: string, body: unknown): Promise<Response> {
    const headers = { 'content-type': 'application/json' }
    return fetch(`${url}/rpc/${service}`, { method: 'POST', headers, body: JSON.stringify(body) })
  }

  /** Several calls in one request: a cursor answers them in order. */
  async function ask(service: string, ...calls: readonly (readonly [method: string, ...params: readonly unknown[]])[]): Promise<void> {
    const response = await post(
      service,
      calls.map(([method, ...params], id) => ({ jsonrpc: '2.0', id, method, params })),
    )
    if (!response.ok) return console.log(`${service}: ${response.status} ${response.statusText}`)
    const answers = (await response.json()) as { id: number; result?: unknown; error?: { message: string; data: { code: string } } }[]
    for (const { id, result, error } of answers) {
      const method = calls[id]?.[0]
      console.log(`${service} ${method}: ${error === undefined ? JSON.stringify(result) : `${error.data.code}: ${error.message}`}`)
    }
  }

  async function openCursor(idleMs: number): Promise<string> {
    const response = await post('database', { jsonrpc: '2.0', id: 1, method: 'cursor', params: [idleMs] })
    return ((await response.json()) as { result: string }).result
  }

  const cursor = await openCursor(60_000)
  const people = [
    ['ada', 1815],
    ['alan', 1912],
    ['grace', 1906],
  ]
  await ask(
    cursor,
    ['execute', 'CREATE TABLE people (name TEXT UNIQUE, born INTEGER)'],
    ['description'],
    ['executemany', 'INSERT INTO people VALUES (?, ?)', people],
    ['execute', 'SELECT name, born FROM people WHERE born > ? ORDER BY born', [1800]],
    ['description'],
    ['rowcount'],
    ['fetchone'],
    ['fetchall'],
    ['fetchone'],
  )

  console.log('- rows in portions, from another cursor')
  const other = await openCursor(1500)
  await ask(other, ['arraysize', 2], ['execute', 'SELECT name FROM people ORDER BY name'], ['fetchmany'], ['fetchmany'], ['fetchmany'])

  console.log('- what goes wrong')
  await ask(cursor, ['execute', 'SELEKT 1'], ['rowcount'])
  await ask(cursor, [
    'executemany',
    'INSERT INTO people VALUES (?, ?)',
    [
      ['edsger', 1930],
      ['ada', 1815],
    ],
  ])
  await ask(cursor, ['execute', 'SELECT count(*) FROM people'], ['fetchone'])

  console.log('- cursors go')
  const withdrawn = new Promise((resolve) => {
    system.announcements({ name: other }, ({ status }) => status === 'withdrawn' && resolve(status))
  })
  await ask(cursor, ['close'])
  await ask(cursor, ['rowcount'])
  await withdrawn
  await ask(other, ['rowcount'])
})
