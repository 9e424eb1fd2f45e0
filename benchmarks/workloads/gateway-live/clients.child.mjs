import { WebSocket } from 'ws'

/** Connections that are being opened at once. */
const OPENING = 50
const MARK = '"celsius":'

const [url = '', howMany = '', opening = '[]'] = process.argv.slice(2)
/** @type {readonly { readonly say: string, readonly until: string }[]} */
const steps = JSON.parse(opening)
const clients = Number(howMany)

/** What each client has counted. */
const counts = new Uint32Array(clients)
/** What each client is to have counted. */
let wanted = 0
/** Clients that have. */
let complete = 0
let sum = 0

/**
 * @param {number} client
 * @param {string} text
 */
function count(client, text) {
  const at = text.indexOf(MARK)
  if (at < 0) return
  sum += Number.parseInt(text.slice(at + MARK.length, at + MARK.length + 8), 10)
  const counted = /** @type {number} */ (counts[client]) + 1
  counts[client] = counted
  if (counted === wanted) complete++
  tellWhenComplete()
}

/** One that has counted more than it should is never complete again, and the run fails. */
function tellWhenComplete() {
  if (complete < clients || counts.some((counted) => counted !== wanted)) return
  process.send?.(sum)
  sum = 0
  complete = 0
}

/**
 * Opens a connection; resolves when all has been said, and answered as it should be.
 *
 * @param {number} client
 * @returns {Promise<void>}
 */
function open(client) {
  const socket = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true })
  return new Promise((resolve) => {
    let step = 0
    const sayNext = () => {
      const next = steps[step]
      if (next === undefined) resolve()
      else socket.send(next.say)
    }
    socket.on('open', sayNext)
    socket.on('message', (data) => {
      const text = /** @type {Buffer} */ (data).toString('latin1')
      const { until } = steps[step] ?? {}
      if (until === undefined) return count(client, text)
      if (!text.startsWith(until)) return
      step++
      sayNext()
    })
    socket.on('error', (error) => console.error(`client ${client}: ${error.message}`))
    socket.on('close', () => process.exit(1))
  })
}

process.on('message', (more) => {
  wanted += Number(more)
  complete = counts.filter((counted) => counted === wanted).length
  tellWhenComplete()
})
process.on('disconnect', () => process.exit())
for (let first = 0; first < clients; first += OPENING) {
  const some = Array.from({ length: Math.min(OPENING, clients - first) }, (_, i) => open(first + i))
  await Promise.all(some)
}
process.send?.('open')
