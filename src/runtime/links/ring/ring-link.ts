import type { MessagePort } from 'node:worker_threads'
import type { TextBytes } from '../../../base/world.js'
import type { FrameWriter, Link, LinkListener } from '../link.js'
import type { Awake, SlotLife } from './awake.js'
import { Incoming } from './incoming.js'
import { Outgoing } from './outgoing.js'
import type { Polled, Poller } from './poller.js'
import type { PortMessage } from './port-message.js'
import type { RingRoom } from './ring-room.js'

/** What the links of one thread have in common. */
export interface RingHost {
  readonly text: TextBytes
  readonly poller: Poller
  readonly awake: Awake
  readonly room: RingRoom
}

/**
 * A link over two rings in shared memory, one for each direction. The port between the two threads carries what a ring cannot, and wakes
 * who sleeps; that it closes says that the other thread has ended.
 */
export class RingLink implements Link, Polled {
  readonly #host: RingHost
  readonly #port: MessagePort
  readonly #listener: LinkListener
  readonly #outgoing: Outgoing
  readonly #incoming: Incoming
  #isClosed = false
  #wasFull = false
  /** There may be room, of which nobody else will hear. */
  #hasMet = false

  constructor(host: RingHost, { port, there }: { readonly port: MessagePort; readonly there: SlotLife }, listener: LinkListener) {
    const { text, room, awake, poller } = host
    this.#host = host
    this.#port = port
    this.#listener = listener
    this.#outgoing = new Outgoing({ port, text, room, mustRing: () => awake.mustRing(there) })
    this.#incoming = new Incoming({
      port,
      text,
      onFrame: (frame) => listener.onFrame(frame),
      onTaken: (bytes) => this.#outgoing.taken(bytes),
      isLate: () => poller.isLate(),
      onMet: () => {
        this.#hasMet = true
      },
    })
    port.on('message', (message: PortMessage) => this.#hear(message))
    port.on('close', () => this.#ended())
    port.unref()
    poller.add(this)
  }

  get full(): boolean {
    this.#wasFull ||= this.#outgoing.full
    return this.#wasFull
  }

  get sent(): number {
    return this.#outgoing.sent
  }

  get hasMore(): boolean {
    return this.#incoming.hasMore
  }

  read(budget: number): number {
    const cost = this.#incoming.read(budget)
    if (this.#hasMet) this.flush()
    return cost
  }

  send(write: (frame: FrameWriter) => void): void {
    if (this.#isClosed) return
    this.#outgoing.send(write)
    this.#host.poller.expect()
  }

  flush(): void {
    if (!this.#isClosed) this.#relieve()
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#incoming.close()
    this.#outgoing.close()
    this.#host.poller.remove(this)
    this.#port.close()
  }

  #hear(message: PortMessage): void {
    this.#incoming.onMessage(message)
    if (!this.#isClosed) this.#relieve()
    this.#host.poller.wake()
  }

  #relieve(): void {
    this.#hasMet = false
    this.#outgoing.relieve()
    if (!this.#wasFull || this.#outgoing.full) return
    this.#wasFull = false
    this.#listener.onRoom()
  }

  /** Also wakes this thread: whom the other one should have rung for may have gone unheard. */
  #ended(): void {
    try {
      if (!this.#isClosed) this.#incoming.readAll()
    } finally {
      this.#isClosed = true
      this.#outgoing.ended()
      this.#host.poller.remove(this)
      this.#listener.onClosed()
      this.#host.poller.wake()
    }
  }
}
