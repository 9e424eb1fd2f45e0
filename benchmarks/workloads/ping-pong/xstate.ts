import { createActor, fromTransition } from 'xstate'
import type { StartSession } from '../../harness/workload.js'

interface Hit {
  readonly type: 'hit'
  readonly value: number
  readonly end: number
}

interface Partner {
  send(hit: Hit): void
}

/** Each actor's own queue keeps the two from calling each other ever deeper. */
export const start: StartSession = async () => {
  let last = 0
  const playTo = (partner: () => Partner) =>
    fromTransition((state: null, { value, end }: Hit) => {
      if (value === end) last = value
      else partner().send({ type: 'hit', value: value + 1, end })
      return state
    }, null)
  const ping: Partner = createActor(playTo(() => pong)).start()
  const pong: Partner = createActor(playTo(() => ping)).start()
  return {
    run: async ({ size, seed }) => {
      ping.send({ type: 'hit', value: seed + 1, end: seed + size })
      return { value: last }
    },
    close: async () => undefined,
  }
}
