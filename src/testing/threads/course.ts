/** What becomes of a simulated thread: it comes up, it ends. Each is told once. */
export class Course<Key> {
  readonly ready: Promise<Key>
  readonly ended: Promise<void>
  #isUp = false
  #up: (key: Key) => void = () => undefined
  #fail: (error: Error) => void = () => undefined
  #end: () => void = () => undefined

  constructor() {
    this.ready = new Promise((resolve, reject) => {
      this.#up = resolve
      this.#fail = reject
    })
    // Who waits for it hears of it; often nobody does.
    this.ready.catch(() => undefined)
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  get isUp(): boolean {
    return this.#isUp
  }

  up(key: Key): void {
    this.#isUp = true
    this.#up(key)
  }

  /** `early`: what those hear who wait until it is up. */
  end(early: Error): void {
    this.#fail(early)
    this.#end()
  }
}
