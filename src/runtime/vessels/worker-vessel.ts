import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { ThreadLimits } from '../../actors/system-type.js'
import { slotOf, type ThreadKey } from '../../base/ids.js'
import { BOOTSTRAP, type BootMessage } from '../threads/bootstrap.js'
import type { LogMessage } from '../threads/log-forwarding.js'
import type { SharedCounts } from '../threads/shared-counts.js'
import type { BootOrder, BootPeer, ThreadOrder } from './boot-order.js'
import type { Ends, Terminal, Vessel, VesselListener } from './vessel.js'

export interface WorkerVesselOptions {
  readonly thread: ThreadKey
  readonly counts: SharedCounts
  readonly resourceLimits: ThreadLimits | undefined
}

/** A worker thread of this process. */
export class WorkerVessel implements Vessel {
  readonly apart = false
  readonly label: string
  readonly #options: WorkerVesselOptions
  #worker: Worker | null = null

  constructor(options: WorkerVesselOptions) {
    this.#options = options
    this.label = `thread ${slotOf(options.thread)}`
  }

  openEnds(): { readonly near: Ends<MessagePort>; readonly far: Ends<MessagePort> } {
    const frames = new MessageChannel()
    const control = new MessageChannel()
    return { near: { frames: frames.port1, control: control.port1 }, far: { frames: frames.port2, control: control.port2 } }
  }

  begin(order: BootOrder, peers: readonly BootPeer<Terminal>[], listener: VesselListener): void {
    const { thread, counts, resourceLimits } = this.#options
    const known = peers as readonly BootPeer<MessagePort>[]
    const troupe: ThreadOrder<MessagePort> = { ...order, counts, peers: known }
    const worker = new Worker(BOOTSTRAP, {
      eval: true,
      name: `${order.settings.facts.name}-${thread}`,
      workerData: { troupe },
      transferList: known.flatMap(({ ports }) => [ports.frames, ports.control]),
      ...(resourceLimits === undefined ? {} : { resourceLimits }),
    })
    let failure: unknown
    worker.on('error', (error) => {
      failure = error
    })
    worker.on('message', (message: BootMessage | LogMessage) => listener.onMessage(message))
    worker.once('exit', (code) => listener.onEnd({ code, signal: null, failure }))
    worker.unref()
    this.#worker = worker
  }

  connect(): boolean {
    return false
  }

  ref(): void {
    this.#worker?.ref()
  }

  unref(): void {
    this.#worker?.unref()
  }

  end(): void {
    void this.#worker?.terminate()
  }
}
