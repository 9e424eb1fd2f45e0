import { type ActorDefinition, actor, createSystem, type Remote } from 'troupe'
import type { StartSession } from '../../harness/workload.js'

interface Player {
  meet(other: Remote<Player>): void
  hit(value: number, end: number): void
}
type Methods = { meet(other: Remote<Player>): Promise<void>; hit(value: number, end: number): Promise<void> }

/** An actor that is introduced to its partner once; `finish` is called with the last value. */
function playerOf(finish: (value: number) => void): ActorDefinition<Methods> {
  return actor(() => {
    let answer: (value: number, end: number) => unknown = () => undefined
    return {
      meet(other: Remote<Player>) {
        answer = other.$.tell.hit
      },
      hit(value: number, end: number) {
        if (value === end) finish(value)
        else answer(value + 1, end)
      },
    }
  })
}

export const start: StartSession = async () => {
  const system = await createSystem({ threads: 0 })
  let finish: (value: number) => void = () => undefined
  const Player = playerOf((value) => finish(value))
  const ping = system.spawn(Player)
  const pong = system.spawn(Player)
  await Promise.all([ping.meet(pong), pong.meet(ping)])
  return {
    run: ({ size, seed }) =>
      new Promise((resolve) => {
        finish = (value) => resolve({ value })
        ping.$.tell.hit(seed + 1, seed + size)
      }),
    close: () => system.stop(),
  }
}
