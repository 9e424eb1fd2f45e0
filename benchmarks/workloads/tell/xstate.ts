import { createActor, fromTransition } from 'xstate'
import { valueAt } from '../../harness/values.mjs'
import type { StartSession } from '../../harness/workload.js'

type Message = { readonly type: 'add'; readonly value: number } | { readonly type: 'clear' }

/** XState runs a message inside `send`; it has no requests, so the sum is read from the snapshot. */
export const start: StartSession = async () => {
  const counter = createActor(
    fromTransition((sum: number, message: Message) => (message.type === 'add' ? sum + message.value : 0), 0),
  ).start()
  return {
    run: async ({ size, seed }) => {
      for (let i = 0; i < size; i++) counter.send({ type: 'add', value: valueAt(seed, i) })
      const value = counter.getSnapshot().context
      counter.send({ type: 'clear' })
      return { value }
    },
    close: async () => void counter.stop(),
  }
}
