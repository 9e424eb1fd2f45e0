import type { MessagePort } from 'node:worker_threads'
import type { Core } from '../../actors/kernel/core.js'
import { generationOf, slotOf, type ThreadKey } from '../../base/ids.js'
import { exposeControl, letGo, type PairPorts, type ThreadControl, wrapControl } from '../threads/control.js'
import type { SharedCounts } from '../threads/shared-counts.js'
import type { Link, LinkListener } from './link.js'
import { PortLink } from './port-link.js'
import { Awake, type SlotLife } from './ring/awake.js'
import { Poller } from './ring/poller.js'
import { type RingHost, RingLink } from './ring/ring-link.js'
import { RingRoom } from './ring/ring-room.js'
import type { WayMemory } from './way-count.js'

/** What leads from one thread to another: a link for frames, what the other exposes, and where the requests of each way are counted. */
export interface PairWay {
  openLink(listener: LinkListener): Link
  readonly control: ThreadControl
  /** Puts up what the other may ask of this one. */
  expose(control: object): void
  /** The other thread has ended: nothing of the way is needed any more. */
  letGo(): void
  readonly outgoing: WayMemory
  readonly incoming: WayMemory
  /** The other thread is in another process. */
  readonly apart?: boolean
}

/** The way to another thread. */
export function wayOver(host: RingHost, thread: ThreadKey, { frames, rings, control, outgoing, incoming, apart }: PairPorts): PairWay {
  return {
    openLink: (listener) =>
      rings
        ? new RingLink(host, { port: frames as MessagePort, there: lifeOf(thread) }, listener)
        : new PortLink({ port: frames, text: host.text, apart }, listener),
    control: wrapControl<ThreadControl>(control) as ThreadControl,
    expose: (exposed) => exposeControl(exposed, control),
    letGo: () => letGo(control),
    outgoing,
    incoming,
    apart,
  }
}

/** What all links of a thread share. */
export function ringHost(
  core: Core,
  { awake: memory, ringRoom }: SharedCounts,
  { cores, maxRingBytes }: { readonly cores: number; readonly maxRingBytes: number },
): RingHost {
  const { text, clock, scheduler } = core.world
  const awake = new Awake(memory, lifeOf(core.options.thread))
  const poller = new Poller({ clock, scheduler, awake, cores, isBusy: () => !core.dispatcher.quiet })
  return { text, awake, poller, room: new RingRoom(ringRoom, { slot: core.slot, maxBytes: maxRingBytes / 2 }) }
}

function lifeOf(thread: ThreadKey): SlotLife {
  return { slot: slotOf(thread), life: generationOf(thread) }
}
