import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { valueAt } from '../../harness/values.mjs'
import type { Input, StartSession } from '../../harness/workload.js'
import { startChild } from '../exchange-call/children.js'
import { type Connection, openConnection } from './connection.js'

/** Whose time counts: that on the wall, or what the server's process took of its processors. */
export type Clock = 'wall' | 'server'

const PATH = '/rpc/echo'

/** A session that asks a server in a process of its own; this process is the client. */
export function callsOverHttp(program: URL, clock: Clock): StartSession {
  return async ({ width }) => {
    const { child, said } = await startChild(program)
    const connections = await Promise.all(Array.from({ length: width }, () => openConnection(Number(said), PATH)))
    return {
      async run(input) {
        const before = await processorMs(child)
        const value = await sumCalls(connections, input)
        return clock === 'wall' ? { value } : { value, own: (await processorMs(child)) - before }
      },
      async close() {
        for (const connection of connections) connection.close()
        child.kill()
      },
    }
  }
}

/** On each connection one call after the other. */
async function sumCalls(connections: readonly Connection[], { size, seed }: Input): Promise<number> {
  let next = 0
  let sum = 0
  const ask = async (connection: Connection): Promise<void> => {
    while (next < size) {
      const id = next++
      const body = `{"jsonrpc":"2.0","id":${id},"method":"next","params":[${valueAt(seed, id)}]}`
      const answer = JSON.parse(await connection.post(body)) as { readonly id: number; readonly result: number }
      if (answer.id !== id) throw new Error(`request ${id} was answered with ${JSON.stringify(answer)}`)
      sum += answer.result
    }
  }
  await Promise.all(connections.map(ask))
  return sum
}

async function processorMs(child: ChildProcess): Promise<number> {
  child.send('processor time')
  const [ms] = await once(child, 'message')
  return ms as number
}
