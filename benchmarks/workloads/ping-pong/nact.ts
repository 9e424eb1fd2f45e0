import { dispatch, type Ref, spawnStateless, start as startNact, stop } from 'nact'
import type { StartSession } from '../../harness/workload.js'

interface Hit {
  readonly value: number
  readonly end: number
}

export const start: StartSession = async () => {
  const system = startNact()
  let finish: (value: number) => void = () => undefined
  const playTo =
    (partner: () => Ref<Hit>) =>
    ({ value, end }: Hit): void => {
      if (value === end) finish(value)
      else dispatch(partner(), { value: value + 1, end })
    }
  const ping: Ref<Hit> = spawnStateless(
    system,
    playTo(() => pong),
    'ping',
  )
  const pong: Ref<Hit> = spawnStateless(
    system,
    playTo(() => ping),
    'pong',
  )
  return {
    run: ({ size, seed }) =>
      new Promise((resolve) => {
        finish = (value) => resolve({ value })
        dispatch(ping, { value: seed + 1, end: seed + size })
      }),
    close: async () => stop(system),
  }
}
