import { actor, createSystem, type Remote } from 'troupe'
import type { StartSession } from '../../harness/workload.js'
import { FAN_OUT } from './workload.js'

interface Part {
  readonly parent: Remote<Collector>
  readonly number: number
  readonly size: number
}

interface Collector {
  add(sum: number): void
}

/** One kind of actor for every level, which tells its parent its number or its sum and stops, as the processes of Erlang end. */
const Node = actor((self, { parent, number, size }: Part) => {
  let left = FAN_OUT
  let sum = 0
  const end = (value: number): void => {
    parent.$.tell.add(value)
    self.stop()
  }
  const part = size / FAN_OUT
  if (size === 1) end(number)
  else for (let i = 0; i < FAN_OUT; i++) self.spawn(Node, { init: { parent: self.remote, number: number + i * part, size: part } })
  return {
    add(value: number) {
      sum += value
      if (--left === 0) end(sum)
    },
  }
})

export const start: StartSession = async () => {
  const system = await createSystem({ threads: 0 })
  let finish: (sum: number) => void = () => undefined
  const Root = actor((self) => ({
    begin(number: number, size: number) {
      self.spawn(Node, { init: { parent: self.remote, number, size } })
    },
    add(sum: number) {
      finish(sum)
    },
  }))
  let root = system.spawn(Root)
  return {
    run: async ({ size, seed }) => {
      const sum = new Promise<number>((resolve) => {
        finish = resolve
      })
      root.$.tell.begin(seed, size)
      return { value: await sum }
    },
    tidy: async () => {
      await root.$.stop()
      root = system.spawn(Root)
    },
    close: () => system.stop(),
  }
}
