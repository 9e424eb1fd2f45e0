/**
 * Lesson 9: work that only computes needs no actor. A task is a named function that `offload` runs on a pool of threads, one for
 * each core, or in a child process.
 */
import { createHash } from 'node:crypto'
import { isMainThread } from 'node:worker_threads'
import { actor, createSystem, isFailure, main, task } from 'troupe'

/** Threads find a task by loading this module, so it is made while the module loads. */
const hash = task(import.meta, 'hash', (text: string, rounds: number) => {
  let digest = text
  for (let i = 0; i < rounds; i++) digest = createHash('sha256').update(digest).digest('hex')
  return { digest: digest.slice(0, 12), isMainThread }
})

const spin = task(import.meta, 'spin', () => {
  for (;;);
})

const crash = task(import.meta, 'crash', () => void process.kill(process.pid, 'SIGKILL'))

await main(import.meta, async () => {
  await using system = await createSystem()

  // Side by side; those that find no free thread wait for one.
  const texts = ['alpha', 'beta', 'gamma', 'delta']
  for (const { digest, isMainThread } of await Promise.all(texts.map((text) => system.offload(hash, [text, 2000])))) {
    console.log(`${digest}, on the main thread: ${isMainThread}`)
  }

  // What an actor offloads has as long as the request that it runs, and its thread is free for others meanwhile.
  const Digester = actor((self) => ({
    digest: async (text: string) => (await self.offload(hash, [text, 2000])).digest,
    spin: () => self.offload(spin, []),
  }))
  const digester = system.spawn(Digester)
  console.log(await digester.digest('alpha'))
  try {
    await digester.$.with({ timeoutMs: 500 }).spin()
  } catch (error) {
    if (isFailure(error)) console.log(`spin: ${error.code}`)
  }

  // What could take the process down with it gets one of its own.
  try {
    await system.offload(crash, [], { isolate: 'process' })
  } catch (error) {
    if (isFailure(error)) console.log(`crash: ${error.code}, delivered: ${error.delivered}`)
  }
  console.log((await system.offload(hash, ['beta', 2000], { isolate: 'process' })).digest)
})
