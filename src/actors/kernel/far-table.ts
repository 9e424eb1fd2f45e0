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

  add(far: FarActor): void {
    this.#kept?.push(far)
    this.#fars.set(far.id, new WeakRef(far))
    this.#collected.register(far, far.id)
  }
}
