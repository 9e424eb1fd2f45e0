/** How actors and the program hear of others. */

import type { Heard, Report } from './agents.js'
import { type Doer, someone } from './deeds.js'
import type { Subscription } from './observers.js'
import { SimulatedError } from './own-deeds.js'

const KINDS = { subscribe: 5, announcements: 4, watch: 3, read: 1 } as const

/** Begins to hear somebody, or ends it. */
export async function hear(doer: Doer): Promise<void> {
  const { simulation, agent, life } = doer
  const { draw, observers } = simulation
  if (!simulation.mayHear()) return
  switch (draw.among(KINDS)) {
    case 'subscribe':
      return await subscribe(doer)
    case 'announcements': {
      const picture = observers.observe(
        agent,
        life,
        draw.pick([{}, {}, { name: simulation.someName() }, { group: simulation.someGroup() }]),
      )
      return closeLater(doer, picture)
    }
    case 'watch': {
      const target = someone(doer)
      return target === undefined ? undefined : closeLater(doer, observers.watch(agent, life, target))
    }
    case 'read':
      return await readSome(doer)
  }
}

function closeLater({ simulation }: Doer, hearing: { readonly handle: { close(): void }; closed: boolean }): void {
  if (simulation.draw.chance(0.7)) return
  simulation.later(simulation.draw.between(0, 100), () => {
    hearing.closed = true
    hearing.handle.close()
  })
}

async function subscribe(doer: Doer): Promise<void> {
  const { simulation, agent, life } = doer
  const { draw, observers, book } = simulation
  const target = draw.chance(0.4) ? someone(doer) : undefined
  const where =
    target !== undefined
      ? { id: target.$.binding.id as string }
      : draw.chance(0.5)
        ? { name: simulation.someName() }
        : { group: simulation.someGroup() }
  const pattern = draw.pick(['*', '*', 'b*', 'last'])
  const overflow = draw.chance(0.6) ? null : draw.pick(['drop-oldest', 'drop-newest', 'latest', 'close'])
  const options = overflow === null ? {} : { capacity: draw.between(1, 3), overflow }
  const handle = agent.subscribe(target ?? where, pattern, (report: Report) => heard(subscription, doer, report), options)
  const subscription: Subscription = { life, handle, closed: false, where, pattern, overflow, newest: new Map(), last: new Map() }
  observers.subscriptions.push(subscription)
  closeLater(doer, subscription)
  await book.follow('ready', handle.ready, { by: life, limitMs: 1000 })
}

function heard(subscription: Subscription, { simulation, life }: Doer, report: Report): unknown {
  simulation.observers.heard(subscription, report)
  if (life === null) return undefined
  return life.turn(() => {
    if (!simulation.calm && simulation.draw.chance(0.03)) throw new SimulatedError('crash in a listener')
    return simulation.draw.chance(0.2) ? simulation.pause(life, 5) : undefined
  })
}

/** Reads a few of what there is, and leaves. */
async function readSome({ simulation, agent, life }: Doer): Promise<void> {
  const { draw } = simulation
  const heardOf: Heard = draw.chance(0.5)
    ? agent.announcements({})
    : agent.subscribe({ group: simulation.someGroup() }, '*', { capacity: 2 })
  const items = heardOf[Symbol.asyncIterator]()
  simulation.later(60, () => heardOf.close())
  for (let n = draw.index(3); n > 0; n--) await simulation.book.follow('reading', items.next(), { by: life, limitMs: 60 })
  if (draw.chance(0.5)) heardOf.close()
}
