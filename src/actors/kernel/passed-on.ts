import type { Attachments } from '../../codec/references.js'

/**
 * What threads can share, within one thread: the object itself goes on.
 *
 * - **Ownership**: holds an object from when a message is written to when it is read, which follows at once.
 */
export class PassedOn implements Attachments {
  readonly accepts: (value: object) => boolean
  #objects: object[] = []

  constructor(accepts: (value: object) => boolean) {
    this.accepts = accepts
  }

  add(value: object): number {
    return this.#objects.push(value) - 1
  }

  get(index: number): object {
    const object = this.#objects[index]
    if (object === undefined) throw new RangeError(`nothing was passed on under number ${index}`)
    if (index === this.#objects.length - 1) this.#objects = []
    return object
  }
}
