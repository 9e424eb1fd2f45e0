import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { valueAt } from '../../harness/values.mjs'
import type { Answer, Input, Session } from '../../harness/workload.js'
import { startChild } from '../exchange-call/children.js'
import { CLIENTS, type Reading, readingOf } from './workload.js'

/** Whose time counts: that on the wall, or what this process, the server, took of its processors. */
export type Clock = 'wall' | 'server'

/** A server that clients can connect to. */
export interface Server {
  readonly url: string
  readonly clock: Clock
  /** What a client says once it is connected, in turn; after each it waits for a message that begins so. */
  readonly opening: readonly { readonly say: string; readonly until: string }[]
  publish(reading: Reading): void
  close(): Promise<unknown>
}

const CLIENTS_PROGRAM = new URL('./clients.child.mjs', import.meta.url)

/** Publishes to `CLIENTS` in a process of their own, which only count. */
export async function fanOutSession(server: Server): Promise<Session> {
  const { child } = await startChild(CLIENTS_PROGRAM, server.url, String(CLIENTS), JSON.stringify(server.opening))
  const gone = once(child, 'exit').then(() => Promise.reject(new Error('the clients have gone')))
  // Only who waits for them is to hear of it.
  gone.catch(() => undefined)
  return {
    async run(input): Promise<Answer> {
      const before = process.cpuUsage()
      const value = await sumReports(server, { child, gone }, input)
      const { user, system } = process.cpuUsage(before)
      return server.clock === 'wall' ? { value } : { value, own: (user + system) / 1000 }
    },
    async close() {
      child.kill()
      await server.close()
    },
  }
}

interface Clients {
  readonly child: ChildProcess
  /** Rejects when they have ended. */
  readonly gone: Promise<never>
}

/** Of what the clients have found in all reports. */
async function sumReports(server: Server, { child, gone }: Clients, { size, width, seed }: Input): Promise<number> {
  const reports = size / CLIENTS
  let value = 0
  for (let first = 0; first < reports; first += width) {
    const count = Math.min(width, reports - first)
    const counted = messageOf(child)
    child.send(count)
    for (let i = first; i < first + count; i++) server.publish(readingOf(valueAt(seed, i)))
    value += await Promise.race([counted, gone])
  }
  return value
}

function messageOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => child.once('message', (message) => resolve(message as number)))
}
