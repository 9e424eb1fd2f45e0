import type { ServiceBinding } from '../../actors/remote-type.js'
import type { Offer } from '../protocol/frames.js'

/** A binding of a service behind a gateway. */
export type LiveBinding = ServiceBinding

export function liveBinding({ id, name, audience, groups, address, process, exchangeGroup }: Offer): LiveBinding {
  const parts = { id, name, audience, groups: Object.freeze([...groups]), address, process, exchangeGroup }
  return Object.freeze({ kind: 'binding', ...parts, location: 'remote' })
}
