import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'

interface Answer {
  readonly id: number
  readonly value: number
}

/** What one would write by hand: a message each, and a map of those who wait; no deadline, no failures. */
export const start: StartSession = async () => {
  const child = fork(fileURLToPath(new URL('./child-process.child.mjs', import.meta.url)), { serialization: 'advanced', execArgv: [] })
  const waiting = new Map<number, (value: number) => void>()
  let lastId = 0
  child.on('message', (message) => {
    const { id, value } = message as Answer
    const resolve = waiting.get(id)
    waiting.delete(id)
    resolve?.(value)
  })
  const next = (value: number): Promise<number> =>
    new Promise((resolve) => {
      const id = ++lastId
      waiting.set(id, resolve)
      child.send({ id, value })
    })
  return callSession(next, async () => void child.kill())
}
