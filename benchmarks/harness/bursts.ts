import { valueAt } from './values.mjs'
import type { Input } from './workload.js'

/** Messages sent before the sender asks, and waits, for the receiver to catch up: less than a mailbox holds. */
const BURST = 8192

/** Sends `size` numbers; after each burst of them it waits until the receiver has caught up. */
export async function sendInBursts(
  { size, seed }: Input,
  send: (value: number) => void,
  catchUp: () => PromiseLike<unknown>,
): Promise<void> {
  for (let i = 0; i < size; i++) {
    send(valueAt(seed, i))
    if (i % BURST === BURST - 1) await catchUp()
  }
}

/** The same with what tells whether a message was accepted: each must be. */
export function tellInBursts(input: Input, tell: (value: number) => string, catchUp: () => PromiseLike<unknown>): Promise<void> {
  const send = (value: number): void => {
    if (tell(value) !== 'accepted') throw new Error(`the message ${value} was not accepted`)
  }
  return sendInBursts(input, send, catchUp)
}
