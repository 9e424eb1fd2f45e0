import type { ThreadControl } from '../../runtime/threads/control.js'
import type { MemoryChannel } from './memory-network.js'

type Method = (...args: readonly unknown[]) => unknown

/** Who waits for an answer. */
interface Asker {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * One end of the control plane between two simulated threads. Its messages are plain data that nobody changes, so they travel as they
 * are; their order with the frames of the link is open, as it is over ports.
 */
export class MemoryControl {
  readonly #outgoing: MemoryChannel
  readonly #incoming: MemoryChannel
  #exposed: Readonly<Record<string, Method>> = {}
  other!: MemoryControl
  /** What the other end exposes. */
  readonly remote: ThreadControl = new Proxy({} as ThreadControl, {
    get:
      (_, method) =>
      (...args: readonly unknown[]) =>
        this.#ask(String(method), args),
  })

  constructor(outgoing: MemoryChannel, incoming: MemoryChannel) {
    this.#outgoing = outgoing
    this.#incoming = incoming
  }

  /** Puts up what the other end may ask; what it has asked for before arrives from here on. */
  expose(control: object): void {
    this.#exposed = control as Readonly<Record<string, Method>>
    this.#incoming.open()
  }

  /** Its thread is gone: of what is on its way the first `kept` messages still arrive. */
  die(kept: number): void {
    this.#incoming.close()
    this.#outgoing.end(kept)
  }

  #ask(method: string, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#outgoing.post(() => this.other.#answer(method, args, { resolve, reject }))
    })
  }

  #answer(method: string, args: readonly unknown[], asker: Asker): void {
    const run = async (): Promise<unknown> => await this.#exposed[method]?.(...args)
    run().then(
      (value) => this.#outgoing.post(() => asker.resolve(value)),
      (error: unknown) => this.#outgoing.post(() => asker.reject(error)),
    )
  }
}
