/** The types of light and named actors. */

import { type ActorDefinition, actor, createSystem, type Remote } from 'troupe'

interface Init {
  readonly first: number
  readonly size: number
}

/** A definition that spawns itself is annotated: inference cannot go round. */
export const Skynet: ActorDefinition<{ run(): Promise<number> }, Init> = actor((self, { first, size }: Init) => ({
  async run() {
    if (size === 1) return first
    const part = size / 10
    const children = Array.from({ length: 10 }, (_, i) => self.spawn(Skynet, { init: { first: first + i * part, size: part } }))
    const sums = await Promise.all(children.map((child) => child.run()))
    return sums.reduce((a, b) => a + b, 0)
  },
}))

interface Player {
  hit(count: number, from: Remote<Player>): void
}
export const Rally: ActorDefinition<{ hit(count: number, from: Remote<Player>): Promise<void> }> = actor((self) => ({
  hit(count: number, from: Remote<Player>) {
    if (count > 0) from.$.tell.hit(count - 1, self.remote)
  },
}))

export const Counter = actor((self, init: { from: number }) => {
  let count = init.from
  return {
    add(by: number) {
      count += by
      return count
    },
    end() {
      self.stop('done')
    },
  }
})

export const Idle = actor(() => {})

export const Saver = actor(import.meta, 'saver', { supervision: { onFailure: 'stop' } }, async (self, init: { path: string }) => {
  const counter = self.spawn(Counter, { init: { from: 1 } })
  return { save: async (text: string) => `${init.path}: ${text} ${await counter.add(1)}` }
})

const system = await createSystem({ threads: 0 })
const root = system.spawn(Skynet, { init: { first: 0, size: 1_000_000 } })
const sum: number = await root.run()
const counter = system.spawn(Counter, { init: { from: 1 } })
const count: number = await counter.add(3)
const idle: Remote<Record<never, never>> = system.spawn(Idle)
const saver = await system.spawn(Saver, { init: { path: '/' }, host: 'dedicated' })
const saved: string = await saver.save('x')
const player = system.spawn(Rally)
player.$.tell.hit(10, player)

// @ts-expect-error: a light actor needs its init too
system.spawn(Counter)
// @ts-expect-error: a light actor has no name
system.spawn(Counter, { init: { from: 1 }, name: 'counter' })
// @ts-expect-error: an actor that is not registered cannot be looked up
system.lookup(Saver)
// @ts-expect-error: wrong argument
counter.add('x')

export const used = [sum, count, idle, saved]
