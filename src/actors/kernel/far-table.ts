import { isAbroad } from '../../base/ids.js'
import type { ActorFacts } from './binding.js'
import type { FarActor } from './target.js'

/** The actors of other threads that somebody here still holds, by their ids. */
export class FarTable {
  readonly #fars = new Map<string, WeakRef<FarActor>>()
  /** Those that are held for no other reason. */
  readonly #kept: FarActor[] | null
  readonly #collected = new FinalizationRegistry<string>((id) => {
    if (this.get(id) === undefined) this.#fars.delete(id)
  })

  /** `keepsAll`: also those that nobody holds. */
  constructor(keepsAll: boolean) {
    this.#kept = keepsAll ? [] : null
  }

  get all(): readonly FarActor[] {
    return [...this.#fars.values()].map((ref) => ref.deref()).filter((far) => far !== undefined)
  }

  get(id: string): FarActor | undefined {
    return this.#fars.get(id)?.deref()
  }

  /** The one that facts speak of. A process that starts again with the id that it was given may give its actors ids that others had. */
  same({ id, name }: ActorFacts): FarActor | undefined {
    const known = this.get(id)
    if (known === undefined || known.name === name) return known
    known.markGone('replaced')
    return undefined
  }

  /** An actor of another process is announced: one of its id that has stopped was of an earlier life of that process. */
  announced({ id, thread }: ActorFacts): void {
    const known = this.get(id)
    if (known !== undefined && isAbroad(thread) && known.gone !== null && known.gone !== 'unreachable') this.#fars.delete(id)
  }

  add(far: FarActor): void {
    this.#kept?.push(far)
    this.#fars.set(far.id, new WeakRef(far))
    this.#collected.register(far, far.id)
  }
}
