import { MessagePort } from 'node:worker_threads'
import type { Attachments } from '../../codec/references.js'

/** Whether the threads of a process can have an object in common, or move it from one to another. */
export function isShareable(value: object): boolean {
  return value instanceof SharedArrayBuffer || value instanceof MessagePort
}

/** What goes beside the bytes of a batch. */
export class OutgoingAttachments implements Attachments {
  objects: object[] = []

  accepts(value: object): boolean {
    return isShareable(value)
  }

  add(value: object): number {
    const known = this.objects.indexOf(value)
    if (known >= 0) return known
    this.objects.push(value)
    return this.objects.length - 1
  }

  get(): object {
    throw new Error('what is being sent is not read; this is a defect of troupe')
  }

  /** Whether any object from an index on changes hands. */
  movesFrom(index: number): boolean {
    return this.objects.length > index && this.objects.slice(index).some((object) => object instanceof MessagePort)
  }

  take(): object[] {
    const { objects } = this
    this.objects = []
    return objects
  }
}

/** What came beside the bytes of a batch. */
export class IncomingAttachments implements Attachments {
  readonly #objects: readonly object[]

  constructor(objects: readonly object[]) {
    this.#objects = objects
  }

  accepts(): boolean {
    return false
  }

  add(): number {
    throw new Error('what was received is not added to; this is a defect of troupe')
  }

  get(index: number): object {
    const object = this.#objects[index]
    if (object === undefined) throw new RangeError(`nothing came with the message under number ${index}`)
    return object
  }
}
