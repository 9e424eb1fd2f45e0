import { type ActorDefinition, actor, createSystem, type Remote } from 'troupe'
import type { StartSession } from '../../harness/workload.js'

interface Player {
  hit(value: number, end: number, from: Remote<Player>): void
}

/** As troupe.ts, but every message carries the Remote to answer to, which its receiver gets as a Remote of its own. */
function playerOf(
  finish: (value: number) => void,
): ActorDefinition<{ hit(value: number, end: number, from: Remote<Player>): Promise<void> }> {
  return actor((self) => ({
    hit(value: number, end: number, from: Remote<Player>) {
      if (value === end) finish(value)
      else from.$.tell.hit(value + 1, end, self.remote)
    },
  }))
}

export const start: StartSession = async () => {
  const system = await createSystem({ threads: 0 })
  let finish: (value: number) => void = () => undefined
  const Player = playerOf((value) => finish(value))
  const ping = system.spawn(Player)
  const pong = system.spawn(Player)
  return {
    run: ({ size, seed }) =>
      new Promise((resolve) => {
        finish = (value) => resolve({ value })
        ping.$.tell.hit(seed + 1, seed + size, pong)
      }),
    close: () => system.stop(),
  }
}
