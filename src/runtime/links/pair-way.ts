import type { TextBytes } from '../../base/world.js'
import { exposeControl, letGo, type PairPorts, type ThreadControl, wrapControl } from '../threads/control.js'
import type { Link, LinkListener } from './link.js'
import { PortLink } from './port-link.js'
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
}

/** The way over ports of the platform. */
export function overPorts(text: TextBytes, { frames, control, outgoing, incoming }: PairPorts): PairWay {
  return {
    openLink: (listener) => new PortLink(frames, text, listener),
    control: wrapControl<ThreadControl>(control) as ThreadControl,
    expose: (exposed) => exposeControl(exposed, control),
    letGo: () => letGo(control),
    outgoing,
    incoming,
  }
}
