import { type ChildProcess, spawn } from 'node:child_process'
import type { ThreadLimits } from '../../actors/system-type.js'
import { slotOf, type ThreadKey } from '../../base/ids.js'
import type { Logger, Scheduler } from '../../base/world.js'
import type { PairPort } from '../links/pair-port.js'
import type { PairPorts } from '../threads/control.js'
import { errorFrom } from '../threads/load-failures.js'
import type { BootOrder, BootPeer } from '../vessels/boot-order.js'
import type { Ends, Terminal, Vessel, VesselEnd, VesselListener } from '../vessels/vessel.js'
import { Channels } from './channels.js'
import { inheritedEnv, inheritedFlags, limitFlags } from './child-flags.js'
import { PROCESS_BOOTSTRAP } from './process-bootstrap.js'
import type { OrderMessage, ProcessMessage, ProcessPeer, Wrapped } from './process-messages.js'
import { TallyBook } from './tally.js'

/** How long a process that was asked to end may take, and one that has closed the way to its parent. */
const END_LIMIT_MS = 1000
/** How long what an ended process has said may take to be read. */
const LAST_WORDS_LIMIT_MS = 1000

export interface ProcessVesselOptions {
  readonly thread: ThreadKey
  /** The counters of its slot. */
  readonly counters: ArrayBufferLike
  /** Where is told how its thread is. */
  readonly health: Float64Array
  readonly resourceLimits: ThreadLimits | undefined
  readonly scheduler: Scheduler
  readonly log: Logger
  /** How many listen to dead letters as it begins. */
  readonly listening: number
  readonly onGone: () => void
}

type Exit = Pick<VesselEnd, 'code' | 'signal'>

/** A process of its own, a child of this one, for one thread. */
export class ProcessVessel implements Vessel {
  readonly apart = true
  readonly #options: ProcessVesselOptions
  readonly #channels = new Channels((message) => this.#send(message))
  readonly #book: TallyBook
  #nextChannel = 1
  #child: ChildProcess | null = null
  #listener: VesselListener | null = null
  #exit: Exit | null = null
  #failure: unknown
  #cancelLimit: () => void = () => undefined

  constructor(options: ProcessVesselOptions) {
    this.#options = options
    this.#book = new TallyBook(options.counters, options.health)
  }

  get label(): string {
    return `thread ${slotOf(this.#options.thread)} (process ${this.#child?.pid ?? 'not started'})`
  }

  openEnds(): { readonly near: Ends<PairPort>; readonly far: Ends<number> } {
    const far = { frames: this.#nextChannel++, control: this.#nextChannel++ }
    return { near: { frames: this.#channels.open(far.frames), control: this.#channels.open(far.control) }, far }
  }

  begin(order: BootOrder, peers: readonly BootPeer<Terminal>[], listener: VesselListener): void {
    const { resourceLimits, listening } = this.#options
    this.#listener = listener
    const flags = [...inheritedFlags(), ...limitFlags(resourceLimits), '-e', PROCESS_BOOTSTRAP]
    this.#child = spawn(process.execPath, flags, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
      env: inheritedEnv(),
      windowsHide: true,
    })
    this.#follow(this.#child)
    this.unref()
    const title = `${order.settings.facts.name}-${order.thread}`
    const { counters } = this.#book
    const known = peers.map(({ thread, ports }) => this.#peer(thread, ports))
    this.#send({ kind: 'order', order: { ...order, title, counters, listening, peers: known } })
  }

  connect(thread: ThreadKey, ports: PairPorts<Terminal>): boolean {
    this.#send({ kind: 'connect', peer: this.#peer(thread, ports) })
    return true
  }

  listening(count: number): void {
    this.#send({ kind: 'listening', count })
  }

  ref(): void {
    this.#child?.ref()
    this.#child?.channel?.ref()
  }

  unref(): void {
    this.#child?.unref()
    this.#child?.channel?.unref()
  }

  end(isUp: boolean): void {
    if (!isUp || this.#child?.connected !== true) return this.kill()
    this.#send({ kind: 'end' })
    this.#limit(END_LIMIT_MS, () => this.kill())
  }

  kill(): void {
    this.#child?.kill('SIGKILL')
  }

  /** From the other's point of view: what goes out from there comes in here. */
  #peer(thread: ThreadKey, { frames, control, outgoing, incoming }: PairPorts<Terminal>): ProcessPeer {
    const peer = { thread, frames: frames as number, control: control as number }
    this.#book.open(peer.frames, { outgoing, incoming })
    return peer
  }

  #follow(child: ChildProcess): void {
    child.on('message', (message) => this.#receive(message))
    child.once('exit', (code, signal) => {
      this.#exit = { code, signal }
      if (child.connected) this.#limit(LAST_WORDS_LIMIT_MS, () => this.#over())
      else this.#over()
    })
    child.once('disconnect', () => {
      this.#channels.endAll()
      if (this.#exit !== null) this.#over()
      else this.#limit(END_LIMIT_MS, () => this.kill())
    })
    child.on('error', (error) => {
      if (child.pid !== undefined) return
      this.#failure = error
      this.#over()
    })
  }

  #receive(message: unknown): void {
    const ours = (message as Partial<Wrapped<ProcessMessage>> | null)?.troupe
    if (ours !== undefined) this.#take(ours)
  }

  #take(message: ProcessMessage): void {
    switch (message.kind) {
      case 'data':
      case 'closed':
        if (message.tally !== undefined) this.#book.write(message.tally)
        return this.#channels.take(message)
      case 'tally':
        return this.#book.write(message.tally)
      case 'uncaught':
        this.#failure = errorFrom(message.error)
        return
      case 'over':
        return
      default:
        return this.#listener?.onMessage(message)
    }
  }

  /** A process that is gone gets nothing more: its end is told by other ways. What cannot be sent ends it, as it would miss it. */
  #send(message: OrderMessage): void {
    const child = this.#child
    if (child?.connected !== true) return
    try {
      child.send({ troupe: message } satisfies Wrapped<OrderMessage>, ignore)
    } catch (error) {
      this.#options.log.error(`a message could not be sent to ${this.label}, which is ended`, { error })
      this.kill()
    }
  }

  #limit(ms: number, run: () => void): void {
    this.#cancelLimit()
    this.#cancelLimit = this.#options.scheduler.timer(ms, run)
  }

  #over(): void {
    const listener = this.#listener
    if (listener === null) return
    this.#listener = null
    this.#cancelLimit()
    this.#channels.endAll()
    this.#options.onGone()
    const { code = null, signal = null } = this.#exit ?? {}
    listener.onEnd({ code, signal, failure: this.#failure })
  }
}

/** Whoever waits for an answer hears of the end of the process. */
function ignore(): void {}
