/** How many of something there may be at a time. */
export class Allowance {
  readonly max: number
  readonly #yielders = new Set<() => boolean>()
  #taken = 0

  constructor(max: number) {
    this.max = max
  }

  hasRoom(count = 1): boolean {
    return this.#taken + count <= this.max
  }

  /** Takes some, even where there is no room: whoever takes has asked before. */
  take(count = 1): void {
    this.#taken += count
  }

  /** Once for all that were taken. */
  giveBack(count = 1): void {
    this.#taken -= count
  }

  /** Asks `yieldOne` when there is no room: true when it has given one back. Returns how to ask it no more. */
  onShort(yieldOne: () => boolean): () => void {
    this.#yielders.add(yieldOne)
    return () => void this.#yielders.delete(yieldOne)
  }

  /** Whether there is room for one, if need be since somebody yields. */
  makeRoom(): boolean {
    if (this.hasRoom()) return true
    for (const yieldOne of this.#yielders) if (yieldOne()) return this.hasRoom()
    return false
  }
}

/** Takes one of each, or none: `undefined`. Returns how to give them back, which a second time does nothing. */
export function tryTake(allowances: readonly Allowance[]): (() => void) | undefined {
  if (!allowances.every((one) => one.makeRoom())) return undefined
  for (const one of allowances) one.take()
  let isTaken = true
  return () => {
    if (!isTaken) return
    isTaken = false
    for (const one of allowances) one.giveBack()
  }
}
