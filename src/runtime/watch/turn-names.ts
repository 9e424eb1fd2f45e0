import { addressOf } from '../../actors/kernel/binding.js'
import type { Core } from '../../actors/kernel/core.js'
import type { ShownTurn } from '../../actors/kernel/whereabouts.js'
import { actorId, type ThreadKey } from '../../base/ids.js'
import type { Named } from './hold-text.js'
import type { Lookout } from './lookout.js'

/** Whose turn it is that a thread shows: services are known by their address, others by what their thread calls them. */
export function nameTurn(core: Core, thread: ThreadKey, lookout: Lookout, turn: ShownTurn): Named {
  const { process } = core.options
  const method = lookout.methodOf(turn)
  const id = actorId(thread, turn.cell, process)
  if (turn.cell === 0) return { actor: 'the program itself', id, method }
  const [facts] = core.directory.factsOfAll({ address: addressOf({ process, thread, cell: turn.cell }) })
  if (facts !== undefined) return { actor: `service "${facts.name}"`, id: facts.id, method }
  return { actor: lookout.actorOf(turn) || `actor ${id}`, id, method }
}
