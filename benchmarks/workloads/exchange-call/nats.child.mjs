import { connect } from '@nats-io/transport-node'

const connection = await connect({ servers: process.argv[2] ?? '' })
connection.subscribe('echo', {
  callback: (_, message) => {
    const { data } = message
    const value = new DataView(data.buffer, data.byteOffset).getFloat64(0, true)
    message.respond(new Uint8Array(Float64Array.of(value + 1).buffer))
  },
})
await connection.flush()
process.send?.('connected')
process.on('disconnect', () => process.exit())
