import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { callSession } from '../../harness/in-flight.js'
import { Waiting } from '../../harness/waiting.js'
import type { StartSession } from '../../harness/workload.js'

interface Answer {
  readonly id: number
  readonly value: number
}

/** A message each. */
export const start: StartSession = async () => {
  const child = fork(fileURLToPath(new URL('./child-process.child.mjs', import.meta.url)), { serialization: 'advanced', execArgv: [] })
  const waiting = new Waiting()
  child.on('message', (message) => {
    const { id, value } = message as Answer
    waiting.answered(id, value)
  })
  const next = (value: number): Promise<number> => waiting.ask((id) => void child.send({ id, value }))
  return callSession(next, async () => void child.kill())
}
