import { abroadKey, type Place, type ThreadKey } from '../../base/ids.js'

/** Threads of one process whose keys are kept. */
const MOST_THREADS = 1024

interface Known {
  readonly group: string
  readonly keys: Map<ThreadKey, ThreadKey>
}

/** The keys of threads of other processes, each made once: every service there and every piece of mail from there names one. */
export class AbroadKeys {
  readonly #processes = new Map<string, Known>()

  key(thread: ThreadKey, { process, group }: Place): ThreadKey {
    const keys = this.#of(process, group)
    const known = keys.get(thread)
    if (known !== undefined) return known
    const key = abroadKey({ thread, process, group })
    if (keys.size < MOST_THREADS) keys.set(thread, key)
    return key
  }

  /** That process cannot be reached any more. */
  forget(process: string): void {
    this.#processes.delete(process)
  }

  #of(process: string, group: string): Map<ThreadKey, ThreadKey> {
    const known = this.#processes.get(process)
    if (known?.group === group) return known.keys
    const keys = new Map<ThreadKey, ThreadKey>()
    this.#processes.set(process, { group, keys })
    return keys
  }
}
