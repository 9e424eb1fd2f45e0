import { receiveMessageOnPort } from 'node:worker_threads'

/**
 * The least that a call through shared memory takes: two rings of pairs of numbers, a flag for each side that says whether it sleeps, a port to
 * wake it. No frames, no names, no deadlines, no limits, and it overwrites what is not read in time.
 *
 * @typedef {{ readonly memory: SharedArrayBuffer, readonly port: import('node:worker_threads').MessagePort, readonly side: 0 | 1 }} End
 */

const RECORDS = 4096
const SPIN_MS = 0.005
const POLL_MS = 0.2
/** Ints of one direction: tail, the reader's sleep, then records of two. */
const HEAD_INTS = 32
const DIRECTION_INTS = HEAD_INTS + RECORDS * 2
const SLEEPS = 16

export function newMemory() {
  return new SharedArrayBuffer(2 * DIRECTION_INTS * Int32Array.BYTES_PER_ELEMENT)
}

/**
 * @param {End} end
 * @param {(id: number, value: number) => void} take
 * @returns {(id: number, value: number) => void} sends
 */
export function openEnd({ memory, port, side }, take) {
  const out = directionOf(memory, side)
  const into = directionOf(memory, 1 - side)
  let [sent, read, scheduled, lastMs] = [0, 0, false, 0]
  const drain = () => {
    const tail = Atomics.load(into, 0)
    const before = read
    for (; read !== tail; read = (read + 1) | 0) {
      const at = HEAD_INTS + (read & (RECORDS - 1)) * 2
      take(/** @type {number} */ (into[at]), /** @type {number} */ (into[at + 1]))
    }
    return read !== before
  }
  const turn = () => {
    scheduled = false
    if (drain()) return again(true)
    const nowMs = performance.now()
    if (nowMs - lastMs < POLL_MS) {
      while (performance.now() < nowMs + SPIN_MS) if (Atomics.load(into, 0) !== read) return turn()
      return again(false)
    }
    Atomics.store(into, SLEEPS, 1)
    if (Atomics.load(into, 0) !== read) again(true)
  }
  const again = (/** @type {boolean} */ fresh) => {
    if (fresh) lastMs = performance.now()
    if (!scheduled) setImmediate(turn)
    scheduled = true
  }
  port.on('message', () => {
    while (receiveMessageOnPort(port) !== undefined);
    again(true)
  })
  Atomics.store(into, SLEEPS, 1)
  // Something may have been sent before this end was open.
  if (Atomics.load(into, 0) !== read) again(true)
  return (id, value) => {
    const at = HEAD_INTS + (sent & (RECORDS - 1)) * 2
    out[at] = id
    out[at + 1] = value
    sent = (sent + 1) | 0
    Atomics.store(out, 0, sent)
    if (Atomics.load(out, SLEEPS) === 1 && Atomics.exchange(out, SLEEPS, 0) === 1) port.postMessage(0)
    again(true)
  }
}

/**
 * @param {SharedArrayBuffer} memory
 * @param {number} side
 */
function directionOf(memory, side) {
  return new Int32Array(memory, side * DIRECTION_INTS * Int32Array.BYTES_PER_ELEMENT, DIRECTION_INTS)
}
