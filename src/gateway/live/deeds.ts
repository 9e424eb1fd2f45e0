import { MailboxFull } from '../../base/failures.js'
import type { ClientFrame } from '../../client/protocol/frames.js'
import { type Allowance, tryTake } from '../limits/allowance.js'
import type { LiveTotals } from '../limits/live-totals.js'

/** What a client has asked for and is not done. */
export interface Deed {
  /** An answer is owed: a gateway that closes waits for it. */
  readonly owes: boolean
  /** The client has room for more. */
  credit(count: number): void
  /** The client wants no more, or has gone. */
  end(): void
}

/** A frame that asks for something that lasts. */
export type AskingFrame = Extract<ClientFrame, { readonly kind: 'call' | 'offer' | 'stream' | 'subscribe' | 'watch' }>

interface Open {
  readonly deed: Deed
  readonly giveBack: () => void
}

/** What bounds the deeds of one client. */
export interface DeedLimits {
  /** Of this client at a time. */
  readonly maxOpen: number
  /** With those of all others. */
  readonly totals: LiveTotals
}

/** A request, and how long its text is. */
export interface Asking {
  readonly frame: AskingFrame
  readonly bytes: number
}

/** All that one client has asked for and is not done, by the numbers that it uses. */
export class Deeds {
  readonly #limits: DeedLimits
  readonly #open = new Map<number, Open>()

  constructor(limits: DeedLimits) {
    this.#limits = limits
  }

  has(id: number): boolean {
    return this.#open.has(id)
  }

  get owesAnything(): boolean {
    return [...this.#open.values()].some(({ deed }) => deed.owes)
  }

  /**
   * Begins what a frame of so many bytes asks for with `start`, whose argument is told when it is done; then `onDone` is, too.
   *
   * @throws MailboxFull where no more may be open, or held; what `start` throws
   */
  begin({ frame: { id, kind }, bytes }: Asking, start: (done: () => void) => Deed, onDone: () => void): void {
    const giveBack = this.#take(kind, bytes)
    let isDone = false
    const done = (): void => {
      isDone = true
      giveBack()
      // The number may stand for another one since.
      if (this.#open.get(id)?.giveBack === giveBack) this.#open.delete(id)
      onDone()
    }
    try {
      const deed = start(done)
      if (!isDone) this.#open.set(id, { deed, giveBack })
    } catch (error) {
      giveBack()
      throw error
    }
  }

  credit(id: number, count: number): void {
    this.#open.get(id)?.deed.credit(count)
  }

  end(id: number): void {
    const open = this.#open.get(id)
    this.#open.delete(id)
    open?.giveBack()
    open?.deed.end()
  }

  endAll(): void {
    for (const id of [...this.#open.keys()]) this.end(id)
  }

  #take(kind: AskingFrame['kind'], bytes: number): () => void {
    const { maxOpen, totals } = this.#limits
    if (this.#open.size >= maxOpen)
      throw new MailboxFull({ details: `a connection may have ${maxOpen} calls, streams and subscriptions at a time` })
    const isHearing = kind === 'subscribe' || kind === 'watch'
    const allowance: Allowance = isHearing ? totals.subscriptions : totals.calls
    if (!isHearing && !totals.held.hasRoom(bytes))
      throw new MailboxFull({ details: `the gateway may hold ${totals.held.max} bytes of requests at a time; try again later` })
    const giveBack = tryTake([allowance])
    if (giveBack !== undefined) return isHearing ? giveBack : holding(totals.held, bytes, giveBack)
    const what = isHearing ? 'subscriptions and watches' : 'calls'
    throw new MailboxFull({ details: `the gateway may have ${allowance.max} ${what} at a time, of all its clients; try again later` })
  }
}

/** Bytes are given back with the place, once. */
function holding(held: Allowance, bytes: number, giveBack: () => void): () => void {
  held.take(bytes)
  let left = bytes
  return () => {
    held.giveBack(left)
    left = 0
    giveBack()
  }
}
