/**
 * Lesson 13: the recipe of the original's manual. A math service, a client that uses it, and an exchange between them, each in a process of its
 * own: started in any order, and it goes on when one of them is killed and started again.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { on } from 'node:events'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createSystem, isFailure, main, service } from 'troupe'
import { createExchange } from 'troupe/exchange'

export const MathService = service(import.meta, 'math', { groups: ['web-services'] }, () => ({
  multiply: (x: number, y: number) => ({ product: x * y, by: process.pid }),
}))

/** What each of the three processes does. */
async function run(role: string, address: string): Promise<void> {
  const system = await createSystem({ name: role, threads: 0 })
  const exchange = createExchange(system, { role: role === 'exchange' ? 'server' : 'client' })
  if (role === 'exchange') await exchange.listen(address)
  else exchange.connect(address, { retryDelayMs: 50 })
  if (role === 'math') await system.spawn(MathService)
  if (role === 'client') await askOnAndOn()

  async function askOnAndOn(): Promise<void> {
    exchange.on('connection', ({ state }) => process.send?.({ state }))
    for (let n = 1; ; n++) {
      const math = await system.lookup(MathService, { timeoutMs: 10_000 }) // waits until it is there
      try {
        const { product, by } = await math.multiply(n, n)
        process.send?.({ isRight: product === n * n, by })
      } catch (error) {
        if (!isFailure(error)) throw error // it went while it was asked; the next one will come
      }
    }
  }
}

await main(import.meta, async () => {
  const [role, address = ''] = process.argv.slice(2)
  if (role !== undefined) return run(role, address)

  const here = `unix:/tmp/troupe-example-${process.pid}`
  const start = (what: string): ChildProcess => fork(fileURLToPath(import.meta.url), [what, here])
  const client = start('client') // the first of all: it waits
  const said = on(client, 'message')
  const until = async (isIt: (message: { state?: string; isRight?: boolean; by?: number }) => boolean): Promise<void> => {
    for (;;) {
      const { value } = await said.next()
      if (isIt(value[0])) return
    }
  }
  let math = start('math')
  let exchange = start('exchange')
  await until(({ isRight, by }) => isRight === true && by === math.pid)
  console.log('the client gets its squares')

  math.kill('SIGKILL')
  math = start('math')
  await until(({ isRight, by }) => isRight === true && by === math.pid)
  console.log('and again, from another math service')

  exchange.kill('SIGKILL')
  await until(({ state }) => state === 'inactive')
  exchange = start('exchange')
  await until(({ state }) => state === 'active')
  await until(({ isRight }) => isRight === true)
  console.log('and again, through another exchange')
  for (const child of [client, math, exchange]) child.kill()
  rmSync(here.slice('unix:'.length), { force: true })
})
