import type { ThreadKey } from '../../src/base/ids.js'
import { MailExit } from '../../src/exchange/bridge/mail-exit.js'
import { LinkSession } from '../../src/exchange/links/link-session.js'
import { nodeCrypto } from '../../src/exchange/node-crypto.js'
import {
  type ControlFrame,
  type ControlKind,
  type ControlValue,
  controlType,
  readControl,
  writeControl,
} from '../../src/exchange/protocol/control-frames.js'
import type { HandshakeOptions } from '../../src/exchange/protocol/handshake.js'
import { type ArrivedMail, type Destination, MAIL, type MailFrame, readMail } from '../../src/exchange/protocol/mail-frame.js'
import { ProcessIds } from '../../src/exchange/protocol/process-ids.js'
import { parseAddress } from '../../src/exchange/transports/address.js'
import { nodeText } from '../../src/runtime/node-world.js'
import { LIMITS } from './links/link-bench.js'
import type { VirtualNet } from './virtual-net.js'

/** What is in mail. */
export interface Letter {
  readonly head: Uint8Array
  readonly bytes: Uint8Array
}

/** A process that can say anything: it has passed the handshake, and keeps to nothing else. */
export class Impostor {
  readonly id: string
  readonly control: ControlFrame[] = []
  readonly mail: ArrivedMail[] = []
  readonly #ids = new ProcessIds()
  #exit!: MailExit
  session!: LinkSession
  isReady = false
  end: string | null = null

  constructor(id: string) {
    this.id = id
  }

  async connect(net: VirtualNet, name: string, more: Partial<HandshakeOptions> = {}): Promise<this> {
    net.network.transport(this.id).connect(parseAddress(`memory:${name}/`), {
      onWire: (wire) => {
        this.session = new LinkSession(wire, 'connector', this.#options(net, more), {
          onReady: () => {
            this.isReady = true
          },
          onFrame: (bytes, start, end) => this.#heard(bytes, { start, end }),
          onRoom: () => undefined,
          onEnd: ({ reason }) => {
            this.end = reason
          },
        })
        this.#exit = new MailExit(this.session, { ids: this.#ids, scheduler: net.time })
        return this.session
      },
      onFailed: (error) => {
        throw error
      },
    })
    await net.settle()
    return this
  }

  say<K extends ControlKind>(kind: K, value: ControlValue<K>): void {
    this.session.sendControl(controlType(kind), (bytes) => writeControl(bytes, value))
  }

  /** Mail to thread 0 of a process. */
  send(process: string, { head, bytes }: Letter, more: Partial<MailFrame> = {}, to: Partial<Destination> = {}): void {
    const thread = '0' as ThreadKey
    const mail = { kind: MAIL, hops: 0, more: false, origin: this.id, from: thread, body: bytes, ...more } as const
    this.#exit.send(mail, { process, thread, head, ...to })
  }

  #heard(bytes: Uint8Array, at: { readonly start: number; readonly end: number }): void {
    if ((bytes[at.start] as number) < MAIL) this.control.push(readControl(bytes, at, nodeText))
    else this.mail.push(readMail(bytes.slice(), at, this.#ids))
  }

  #options(net: VirtualNet, more: Partial<HandshakeOptions>): ConstructorParameters<typeof LinkSession>[2] {
    return {
      world: { clock: net.time, scheduler: net.time, text: nodeText },
      handshake: {
        crypto: nodeCrypto,
        text: nodeText,
        process: { id: this.id, incarnation: 1 },
        role: 'client',
        group: '',
        versions: { lowest: 1, highest: 1 },
        secrets: [],
        ...more,
      },
      limits: { ...LIMITS, maxFrameBytes: 2 ** 20, maxQueueBytes: 2 ** 24, maxBacklogBytes: 2 ** 18, maxControlBytes: 2 ** 24 },
      authorise: () => undefined,
    }
  }
}
