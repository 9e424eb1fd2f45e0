/** The writing end of a link on a thread of its own: frames of many sizes, as fast as it can, in bursts, or until it is ended. */
import { parentPort, workerData } from 'node:worker_threads'
import { Awake } from '../../../../dist/runtime/links/ring/awake.js'
import { Poller } from '../../../../dist/runtime/links/ring/poller.js'
import { RingLink } from '../../../../dist/runtime/links/ring/ring-link.js'
import { RingRoom } from '../../../../dist/runtime/links/ring/ring-room.js'
import { nodeText, nodeWorld } from '../../../../dist/runtime/node-world.js'

const { port, awakeMemory, roomMemory, cores, frames, echoes } = workerData
const { clock, scheduler } = nodeWorld({ hold: () => undefined })
const awake = new Awake(awakeMemory, { slot: 1, life: 0 })
const host = {
  text: nodeText,
  awake,
  poller: new Poller({ clock, scheduler, awake, cores, isBusy: () => false }),
  room: new RingRoom(roomMemory, { slot: 1, maxBytes: 2 ** 22 }),
}
let came = 0
const link = new RingLink(
  host,
  { port, there: { slot: 0, life: 0 } },
  {
    onFrame: ({ bytes }) => {
      const text = bytes.string()
      came++
      if (echoes) send(text)
      else if (text !== `${came - 1}`) parentPort?.postMessage(`frame ${came - 1} is ${text}`)
    },
    onRoom: () => undefined,
    onClosed: () => undefined,
  },
)

function send(/** @type {string} */ text) {
  link.send(({ bytes }) => bytes.string(text))
}

const sizeOf = (/** @type {number} */ i) => (i % 501 === 0 ? 30_000 : (i * 7919) % 400)
let sent = 0
const burst = () => {
  for (let n = 1 + ((sent * 31) % 700); n > 0 && sent < frames; n--, sent++) send(`${sent} ${'z'.repeat(sizeOf(sent))}`)
  link.flush()
  if (sent < frames) setImmediate(burst)
}
burst()
setInterval(() => undefined, 1000)
