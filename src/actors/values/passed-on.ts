import { UnsendableError } from '../../codec/errors.js'
import type { Attachments } from '../../codec/references.js'

/** What a platform knows of objects that are not copied. */
export interface Passing {
  /** Whether an object may be passed on as it is. */
  accepts(value: object): boolean
  /** Whether any number of actors may have it, so that it may be in what goes to many. */
  isCommon(value: object): boolean
  /**
   * New objects with what was in these, which are empty from then on.
   *
   * @throws when one cannot be moved; then none was
   */
  move(objects: readonly object[]): readonly object[]
}

/**
 * What threads can share, within one thread: the object itself goes on.
 *
 * - **Ownership**: holds an object from when a value is copied to when its copy is made, which follows at once.
 */
export class PassedOn implements Attachments {
  readonly accepts: (value: object) => boolean
  readonly moves: boolean
  /** Counts what was met that is to be moved, and was not. */
  movable = 0
  readonly #passing: Passing
  #object: object | undefined

  constructor(passing: Passing, moves: boolean) {
    this.#passing = passing
    this.accepts = (value) => passing.accepts(value)
    this.moves = moves
  }

  add(value: object, moving: boolean): number {
    if (moving) this.movable++
    this.#object = value
    return 0
  }

  get(): object {
    const object = this.#object
    this.#object = undefined
    if (object === undefined) throw new RangeError('nothing was passed on; this is a defect of troupe')
    return object
  }

  /** What goes beside the bytes of one value that is accepted here. */
  handover(): Handover {
    return new Handover(this.#passing)
  }
}

/** What goes beside the bytes of one value from an actor to another of the same thread. */
export class Handover implements Attachments {
  readonly moves = true
  readonly #passing: Passing
  readonly #objects: object[] = []
  readonly #moving: number[] = []

  constructor(passing: Passing) {
    this.#passing = passing
  }

  accepts(value: object): boolean {
    return this.#passing.accepts(value)
  }

  add(value: object, moving: boolean): number {
    const index = this.#objects.push(value) - 1
    if (moving) this.#moving.push(index)
    return index
  }

  get(index: number): object {
    const object = this.#objects[index]
    if (object === undefined) throw new RangeError(`nothing was handed over under number ${index}`)
    return object
  }

  /**
   * Moves what is to be moved, once the whole value is written.
   *
   * @throws UnsendableError
   */
  complete(path: string): void {
    if (this.#moving.length === 0) return
    try {
      const moved = this.#passing.move(this.#moving.map((index) => this.get(index)))
      this.#moving.forEach((index, i) => {
        this.#objects[index] = moved[i] as object
      })
    } catch (error) {
      throw new UnsendableError(path, `holds something that cannot be moved: ${String(error)}`, { cause: error })
    }
  }
}
