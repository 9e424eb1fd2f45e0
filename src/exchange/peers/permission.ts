import { isLocal, parseAddress } from '../transports/address.js'

/** What `authorise` may answer: no, yes, or yes with what else is allowed. */
export type Answer = boolean | Permission

/** A yes, with what else is allowed. */
export interface Permission {
  /**
   * As a client it may speak for processes behind it, in other exchange groups that it is in. Default: when it has proved a secret, or is on this
   * machine.
   */
  readonly bridge?: boolean
}

/** What is known of a peer where nothing is said. */
export interface PeerStanding {
  readonly isProven: boolean
  readonly remoteAddress: string
}

/** Whether a peer may bridge; `undefined` when it is not welcome. Whatever is no answer is a refusal. */
export function bridgingOf(answer: unknown, { isProven, remoteAddress }: PeerStanding): boolean | undefined {
  const said = answer === true ? undefined : bridgeIn(answer)
  if (said === null) return undefined
  return said ?? (isProven || isOfThisMachine(remoteAddress))
}

/** `null` when it is no permission. */
function bridgeIn(answer: unknown): boolean | undefined | null {
  if (typeof answer !== 'object' || answer === null) return null
  const { bridge } = answer as Permission
  return bridge === undefined || typeof bridge === 'boolean' ? bridge : null
}

function isOfThisMachine(remoteAddress: string): boolean {
  // A unix socket has no names of its own.
  if (remoteAddress === 'unix:') return true
  try {
    return isLocal(parseAddress(remoteAddress))
  } catch {
    return false
  }
}
