import { quote } from '../actors/quote.js'
import type { GatewayProtocol } from './protocol.js'

/** The protocols of one path. */
export interface Mount {
  /** Without a slash at its end; `''` is the root. */
  readonly path: string
  readonly protocols: readonly GatewayProtocol[]
}

/** A mount, and what of a path is below it, not decoded and without the slash between. */
export interface Match {
  readonly mount: Mount
  readonly below: string
}

/** What is mounted where. Of the mounts whose path is a prefix of a question's, whole steps only, the longest has it. */
export class Mounts {
  #mounts: readonly Mount[] = []

  /** @throws TypeError */
  add(path: unknown, protocols: readonly GatewayProtocol[]): void {
    const at = checkPath(path)
    const before = this.#mounts.find((mount) => mount.path === at)
    const all = [...(before?.protocols ?? [])]
    for (const protocol of protocols) {
      if (all.some(({ kind }) => kind === protocol.kind))
        throw new TypeError(`mount(${quote(path)}): ${protocol.kind} is mounted there already`)
      all.push(protocol)
    }
    const others = this.#mounts.filter((mount) => mount !== before)
    this.#mounts = [...others, { path: at, protocols: all }].sort((one, other) => other.path.length - one.path.length)
  }

  match(path: string): Match | undefined {
    for (const mount of this.#mounts) {
      if (!path.startsWith(mount.path)) continue
      const rest = path.slice(mount.path.length)
      if (rest === '' || rest.startsWith('/')) return { mount, below: rest.slice(1) }
    }
    return undefined
  }
}

function checkPath(path: unknown): string {
  if (typeof path === 'string' && /^(\/|(\/[\w.~!$&'()+,;=@-][\w.~!$&'()+,;=:@-]*)+)$/.test(path)) return path === '/' ? '' : path
  throw new TypeError(`mount(): path is ${quote(path)}; give one such as '/rpc': it begins with a slash, ends without, and is no pattern`)
}
