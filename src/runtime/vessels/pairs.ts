import type { ThreadKey } from '../../base/ids.js'
import type { PairPort } from '../links/pair-port.js'
import { relay } from '../processes/relay.js'
import type { PairPorts } from '../threads/control.js'
import type { LinkLedger } from '../threads/link-ledger.js'
import type { Ends, Terminal, Vessel } from './vessel.js'

/** A thread that a new one is to be connected with; `null` is thread 0, which holds its ends itself. */
export interface PairSide {
  readonly thread: ThreadKey
  readonly vessel: Vessel | null
}

/** What pairs are made with. */
export interface PairMeans {
  readonly ledger: LinkLedger
  /** Whether there is memory for rings. */
  readonly rings: boolean
}

/** Both ends of what connects two threads. */
export interface Pair {
  readonly first: PairPorts<Terminal | PairPort>
  readonly second: PairPorts<Terminal>
}

/** Connects a thread that is there with a new one. Where one of the two is a process of its own, thread 0 hands on what they send. */
export function openPair({ ledger, rings: mayHave }: PairMeans, there: PairSide, made: PairSide & { readonly vessel: Vessel }): Pair {
  const [to, from] = [ledger.open(there.thread, made.thread), ledger.open(made.thread, there.thread)]
  const apart = made.vessel.apart || there.vessel?.apart === true
  const rings = mayHave && !apart
  const [first, second] = openEnds(there.vessel, made.vessel)
  return {
    first: { ...first, rings, outgoing: to, incoming: from, apart },
    second: { ...second, rings, outgoing: from, incoming: to, apart },
  }
}

function openEnds(there: Vessel | null, made: Vessel): readonly [Ends<Terminal | PairPort>, Ends<Terminal>] {
  const { near, far } = made.openEnds()
  if (there === null || !(there.apart || made.apart)) return [near, far]
  const other = there.openEnds()
  relay(other.near, near)
  return [other.far, far]
}
