/**
 * Lesson 21: services that come and go. An admin makes an object for whoever asks for one, each with a URL of its own. An object of which nobody
 * has asked anything for a while goes by itself, and its URL with it; every call begins the while anew.
 */
import { createSystem, main } from 'troupe'
import { createGateway, jsonRpc } from 'troupe/gateway'
import { AdminService } from './transient/objects.js'

await main(import.meta, async () => {
  await using system = await createSystem({ threads: 0 })
  await system.spawn(AdminService)
  await using gateway = createGateway(system)
  gateway.mount('/rpc', jsonRpc({ group: 'web-services' }))
  const { url } = await gateway.listen(0)

  /** What a method of the service at a URL answers; `undefined` when there is none. */
  async function ask(service: string, method: string, ...params: readonly unknown[]): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const response = await fetch(`${url}/rpc/${service}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    if (response.status === 404) return undefined
    const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } }
    return error === undefined ? result : `error: ${error.message}`
  }

  async function check(name: string): Promise<void> {
    const answer = await ask(`object/${name}`, 'name')
    console.log(answer === name ? `okay ${name}` : `dead ${name}: ${JSON.stringify(answer) ?? 'no such URL'}`)
  }

  const withdrawn = new Promise((resolve) => {
    system.announcements({ name: 'object/brief' }, ({ status }) => status === 'withdrawn' && resolve(status))
  })
  console.log(`add brief: ${await ask('admin', 'add', 'brief', 1500)}`)
  console.log(`add lasting: ${await ask('admin', 'add', 'lasting', 3_600_000)}`)
  console.log(`add lasting: ${await ask('admin', 'add', 'lasting', 1000)}`)
  console.log(`set brief: ${await ask('object/brief', 'set', 'hello')}`)
  console.log(`data brief: ${await ask('object/brief', 'data')}`)
  await check('brief')

  // Nobody asks it anything for a second and a half.
  await withdrawn
  await check('brief')
  console.log(`list: ${await ask('admin', 'list')}`)
  await check('lasting')
  console.log(`del lasting: ${await ask('admin', 'del', 'lasting')}`)
  console.log(`del lasting: ${await ask('admin', 'del', 'lasting')}`)
  await check('lasting')
})
