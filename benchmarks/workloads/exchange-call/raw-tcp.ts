import { once } from 'node:events'
import { connect } from 'node:net'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'
import { startChild } from './children.js'

/** Records of eight bytes, a number and its answer: what a call costs at least. A write for each, and no codec. */
export const start: StartSession = async () => {
  const { child, said } = await startChild(new URL('./raw-tcp.child.mjs', import.meta.url))
  const socket = connect({ port: Number(said), host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  const waiting: ((value: number) => void)[] = []
  let rest = Buffer.alloc(0)
  socket.on('data', (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    let at = 0
    for (; rest.length - at >= 8; at += 8) waiting.shift()?.(rest.readDoubleLE(at))
    rest = rest.subarray(at)
  })
  const next = (value: number): Promise<number> =>
    new Promise((resolve) => {
      waiting.push(resolve)
      const record = Buffer.allocUnsafe(8)
      record.writeDoubleLE(value)
      socket.write(record)
    })
  return callSession(next, async () => {
    socket.destroy()
    child.kill()
  })
}
