/**
 * Lesson 6: a pool is one service with several workers behind it, here one on each core. Callers see a single remote; a call
 * waits in the pool until a worker is free.
 */
import { createHash } from 'node:crypto'
import { contract, createSystem, main, method, service } from 'troupe'
import { z } from 'zod'

const MinerApi = contract('miner', {
  methods: {
    /** The first number at or after `from` whose hash, with `text`, begins with four zeros. */
    mine: method([z.string(), z.int()], z.int()),
    done: method([], z.object({ thread: z.int(), jobs: z.int() })),
  },
})

const MinerService = service(import.meta, MinerApi, (self) => {
  let jobs = 0
  return {
    mine(text, from) {
      jobs++
      let nonce = from
      while (!hash(`${text}${nonce}`).startsWith('0000')) nonce++
      return nonce
    },
    done: () => ({ thread: self.thread, jobs }),
  }
})

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

await main(import.meta, async () => {
  await using system = await createSystem({ threads: 'auto' }) // one thread for each usable core
  const miners = await system.pool(MinerService, { size: system.threads })

  // All at once: those that find no free worker wait in the pool, within their deadline.
  const texts = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta']
  const patient = miners.$.with({ timeoutMs: 60_000 })
  const found = await Promise.all(texts.map((text) => patient.mine(text, 0)))
  for (const [i, text] of texts.entries()) console.log(`${text}: ${found[i]}`)

  // `all` asks every worker.
  const answers = await miners.$.all.done()
  const workers = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
  console.log(`workers as threads: ${workers.length === system.threads}`)
  console.log(`threads in use: ${new Set(workers.map(({ thread }) => thread)).size === system.threads ? 'all' : 'some'}`)
  console.log(`jobs: ${workers.reduce((sum, { jobs }) => sum + jobs, 0)}`)
})
