import { healthOf } from '../../actors/kernel/vitals.js'
import { slotOf } from '../../base/ids.js'
import { newWayMemory } from '../links/way-count.js'
import { nodeScheduler } from '../node-world.js'
import type { PairPorts } from '../threads/control.js'
import { newSharedCounts, vitalsIn } from '../threads/shared-counts.js'
import { runThread } from '../threads/thread-host.js'
import { type ChannelMessage, Channels } from './channels.js'
import { type ParentWay, PROCESS_HOST_SYMBOL } from './process-bootstrap.js'
import type { OrderMessage, ProcessOrder, ProcessPeer } from './process-messages.js'
import { type Tally, TallySource } from './tally.js'

/** How long what has been counted may wait to be told, when nothing is sent that could take it along. */
const TALLY_MS = 2

/** Runs the one thread of this process, once the module it was started for has loaded. */
function runProcess({ title: _title, counters, listening, peers, ...order }: ProcessOrder, parent: ParentWay): void {
  const counts = newSharedCounts(order.settings.facts.threads)
  const slot = slotOf(order.thread)
  const own = counts.counters[slot] as SharedArrayBuffer
  new Float64Array(own).set(counters)
  Atomics.store(counts.listening, 0, listening)
  const pairs = new PairTable(new TallySource(own, healthOf(vitalsIn(counts, slot))), parent)
  const connect = runThread(
    { ...order, counts, peers: peers.map((peer) => ({ thread: peer.thread, ports: pairs.open(peer) })) },
    { apart: true, say: (message) => parent.say(message), onRun: () => pairs.tellSoon() },
  )
  parent.receive((message: OrderMessage) => {
    if (message.kind === 'data' || message.kind === 'closed') pairs.take(message)
    else if (message.kind === 'connect') connect(message.peer.thread, pairs.open(message.peer))
    else if (message.kind === 'listening') Atomics.store(counts.listening, 0, message.count)
    else if (message.kind === 'end') pairs.tell()
  })
  // An end that the process sees coming leaves nothing untold.
  process.once('exit', () => pairs.tell())
}

/** The pairs that this thread is in, over the one way that leads out of its process. */
class PairTable {
  readonly #tallies: TallySource
  readonly #parent: ParentWay
  readonly #channels: Channels
  #isTallyDue = false

  constructor(tallies: TallySource, parent: ParentWay) {
    this.#tallies = tallies
    this.#parent = parent
    this.#channels = new Channels((message) => this.#carry(message))
  }

  open({ frames, control }: ProcessPeer): PairPorts {
    const memory = { outgoing: newWayMemory(), incoming: newWayMemory() }
    this.#tallies.open(frames, memory)
    return { ...memory, rings: false, frames: this.#channels.open(frames), control: this.#channels.open(control), apart: true }
  }

  take(message: ChannelMessage): void {
    this.#channels.take(message)
    if (message.kind === 'closed') this.#tallies.over(message.channel)
    this.tellSoon()
  }

  /** Something may have been counted. */
  tellSoon(): void {
    if (this.#isTallyDue) return
    this.#isTallyDue = true
    nodeScheduler.timer(TALLY_MS, () => {
      this.#isTallyDue = false
      this.tell()
    })
  }

  /** Tells what has been counted and not been told. */
  tell(): void {
    this.#tell(this.#tallies.take())
  }

  #carry(message: ChannelMessage): void {
    const tally = this.#tallies.take()
    try {
      this.#parent.say({ ...message, tally })
    } catch (error) {
      this.#tell(tally)
      throw error
    }
  }

  #tell(tally: Tally | undefined): void {
    if (tally !== undefined) this.#parent.say({ kind: 'tally', tally })
  }
}

/** Lets the bootstrap of a process find the first copy of this package that its module loaded. */
export function offerProcessHost(): void {
  const hosts = globalThis as unknown as Record<symbol, typeof runProcess | undefined>
  hosts[Symbol.for(PROCESS_HOST_SYMBOL)] ??= runProcess
}
