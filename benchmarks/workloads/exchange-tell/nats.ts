import { connect } from '@nats-io/transport-node'
import { sendInBursts } from '../../harness/bursts.js'
import type { StartSession } from '../../harness/workload.js'
import { startNats } from '../../rivals/nats/nats.js'
import { startChild } from '../exchange-call/children.js'

const NOTHING = new Uint8Array(0)

/** A server between two processes; numbers travel as eight bytes. What is published comes before what is asked for afterwards. */
export const start: StartSession = async () => {
  const server = await startNats()
  const { child } = await startChild(new URL('./nats.child.mjs', import.meta.url), server.address)
  const connection = await connect({ servers: server.address })
  const ask = async (what: string): Promise<number> => {
    const { data } = await connection.request(`sink.${what}`, NOTHING, { timeout: 60_000 })
    return data.length === 0 ? 0 : new DataView(data.buffer, data.byteOffset).getFloat64(0, true)
  }
  return {
    run: async (input) => {
      await sendInBursts(
        input,
        (value) => connection.publish('sink.add', new Uint8Array(Float64Array.of(value).buffer)),
        () => ask('caughtUp'),
      )
      return { value: await ask('take') }
    },
    close: async () => {
      await connection.close()
      child.kill()
      server.stop()
    },
  }
}
