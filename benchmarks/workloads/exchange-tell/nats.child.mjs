import { connect } from '@nats-io/transport-node'

const connection = await connect({ servers: process.argv[2] ?? '' })
let sum = 0
connection.subscribe('sink.>', {
  callback: (_, message) => {
    const { subject, data } = message
    if (subject === 'sink.add') sum += new DataView(data.buffer, data.byteOffset).getFloat64(0, true)
    else if (subject === 'sink.caughtUp') message.respond()
    else {
      message.respond(new Uint8Array(Float64Array.of(sum).buffer))
      sum = 0
    }
  },
})
await connection.flush()
process.send?.('connected')
process.on('disconnect', () => process.exit())
