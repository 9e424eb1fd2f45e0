import { connect } from '@nats-io/transport-node'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'
import { startNats } from '../../rivals/nats/nats.js'
import { startChild } from './children.js'

/** A server between two processes; numbers travel as eight bytes. */
export const start: StartSession = async () => {
  const server = await startNats()
  const { child } = await startChild(new URL('./nats.child.mjs', import.meta.url), server.address)
  const connection = await connect({ servers: server.address })
  const next = async (value: number): Promise<number> => {
    const { data } = await connection.request('echo', new Uint8Array(Float64Array.of(value).buffer), { timeout: 60_000 })
    return new DataView(data.buffer, data.byteOffset).getFloat64(0, true)
  }
  return callSession(next, async () => {
    await connection.close()
    child.kill()
    server.stop()
  })
}
