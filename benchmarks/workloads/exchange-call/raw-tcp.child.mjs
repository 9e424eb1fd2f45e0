import { createServer } from 'node:net'

const server = createServer({ noDelay: true }, (socket) => {
  let rest = Buffer.alloc(0)
  socket.on('data', (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    const whole = rest.length - (rest.length % 8)
    const answers = Buffer.from(rest.subarray(0, whole))
    for (let at = 0; at < whole; at += 8) answers.writeDoubleLE(answers.readDoubleLE(at) + 1, at)
    rest = rest.subarray(whole)
    socket.write(answers)
  })
  socket.on('error', () => undefined)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') process.send?.(String(address.port))
})
process.on('disconnect', () => process.exit())
