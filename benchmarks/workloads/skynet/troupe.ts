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

/** One kind of actor for every level: a leaf tells its number, the others tell their sum, and stop. */
const Node = actor((self, { parent, number, size }: Part) => {
  let left = FAN_OUT
  let sum = 0
  if (size === 1) parent.$.tell.add(number)
  else
    for (let i = 0; i < FAN_OUT; i++)
      self.spawn(Node, { init: { parent: self.remote, number: number + (i * size) / FAN_OUT, size: size / FAN_OUT } })
  return {
    add(part: number) {
      sum += part
      if (--left === 0) parent.$.tell.add(sum)
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
