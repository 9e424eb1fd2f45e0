import type { TextBytes } from '../../base/world.js'
import type { PairWay } from '../../runtime/links/pair-way.js'
import type { WayMemory } from '../../runtime/links/way-count.js'
import { MemoryControl } from './memory-control.js'
import { MemoryLink } from './memory-link.js'
import type { MemoryChannel, MemoryNetwork } from './memory-network.js'

/** How two simulated threads are connected. */
export interface PairOptions {
  readonly network: MemoryNetwork
  readonly text: TextBytes
  /** Where the requests of each way are counted: from the first to the second, and back. */
  readonly counts: readonly [WayMemory, WayMemory]
}

/** What goes one way. */
interface Way {
  readonly frames: MemoryChannel
  readonly messages: MemoryChannel
  readonly count: WayMemory
}

/** One end of what connects two simulated threads. It can be handed to the thread whose it is. */
export class MemoryEnd {
  readonly #network: MemoryNetwork
  readonly #outgoing: Way
  readonly #incoming: Way
  readonly #link: MemoryLink
  readonly #control: MemoryControl

  constructor({ network, text }: PairOptions, outgoing: Way, incoming: Way) {
    this.#network = network
    this.#outgoing = outgoing
    this.#incoming = incoming
    this.#link = new MemoryLink({ text, outgoing: outgoing.frames, incoming: incoming.frames, capacity: network.linkCapacity })
    this.#control = new MemoryControl(outgoing.messages, incoming.messages)
  }

  join(other: MemoryEnd): void {
    this.#link.other = other.#link
    this.#control.other = other.#control
  }

  toWay(): PairWay {
    return {
      openLink: (listener) => this.#link.open(listener),
      control: this.#control.remote,
      expose: (control) => this.#control.expose(control),
      letGo: () => undefined,
      outgoing: this.#outgoing.count,
      incoming: this.#incoming.count,
    }
  }

  /** Whether its thread takes nothing in for now. */
  hold(isHeld: boolean): void {
    this.#incoming.frames.hold(isHeld)
    this.#incoming.messages.hold(isHeld)
  }

  /** Its thread is gone. `abruptly`: of what is on its way a beginning still arrives that the seed decides, else all. */
  die(abruptly: boolean): void {
    const { frames, messages } = this.#outgoing
    const kept = (channel: MemoryChannel): number => (abruptly ? this.#network.drawKept(channel) : channel.travelling)
    this.#link.die(kept(frames))
    this.#control.die(kept(messages))
  }
}

/** Both ends of what connects two simulated threads. */
export function memoryPair(options: PairOptions): readonly [MemoryEnd, MemoryEnd] {
  const { network } = options
  const way = (count: WayMemory): Way => ({ frames: network.newChannel(), messages: network.newChannel(), count })
  const [there, back] = [way(options.counts[0]), way(options.counts[1])]
  const ends = [new MemoryEnd(options, there, back), new MemoryEnd(options, back, there)] as const
  ends[0].join(ends[1])
  ends[1].join(ends[0])
  return ends
}
