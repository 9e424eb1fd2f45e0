import { types } from 'node:util'
import { MessagePort } from 'node:worker_threads'
import { UnsendableError } from '../../codec/errors.js'
import type { Attachments } from '../../codec/references.js'
import { Refusal } from '../../codec/refusal.js'

/** What can change hands instead of being copied. */
export type Movable = ArrayBuffer | MessagePort

/** Whether the threads of a process can have an object in common, or hand it from one to another without being asked to. */
export function isShareable(value: object): boolean {
  return value instanceof SharedArrayBuffer || value instanceof MessagePort
}

/** Whether any number of threads can have an object at once. */
export function isSharedMemory(value: object): boolean {
  return value instanceof SharedArrayBuffer
}

/**
 * Whether an object could go beside a message that leaves the process: never.
 *
 * @throws Refusal for what could, were it to stay within
 */
export function refuseShareable(value: object): false {
  if (isSharedMemory(value))
    throw new Refusal('is a SharedArrayBuffer, and the actor lives in another process, which shares no memory; send a copy of its bytes')
  if (isShareable(value))
    throw new Refusal('is a MessagePort, and the actor lives in another process, which it does not lead to; send a Remote')
  return false
}

/** Whether an object beside a message changes hands; a buffer is there for no other reason. */
export function isMovable(value: object): value is Movable {
  return value instanceof MessagePort || types.isArrayBuffer(value)
}

/**
 * Moves what changes hands among objects, within the thread: what is returned has what was in them.
 *
 * @throws DataCloneError; then none was moved
 */
export function moveObjects(objects: readonly object[]): readonly object[] {
  const transfer = objects.filter(isMovable)
  return transfer.length === 0 ? objects : structuredClone(objects, { transfer })
}

/**
 * Moves what goes beside a message at once, so that nothing can happen to it any more.
 *
 * @throws UnsendableError; then nothing was moved
 */
export function moveBeside(objects: readonly object[]): readonly object[] {
  try {
    return moveObjects(objects)
  } catch (error) {
    throw unmovable(error)
  }
}

/** What the platform refuses to move; it does not say which. */
export function unmovable(cause: unknown): UnsendableError {
  return new UnsendableError('a MessagePort or buffer', 'cannot be moved; has it been sent before?', { cause })
}

/**
 * What goes beside the bytes of a batch, or of a parcel; `moves` when it carries what actors send each other, `apart` when it goes to
 * another process.
 */
export class OutgoingAttachments implements Attachments {
  readonly moves: boolean
  readonly accepts: (value: object) => boolean
  objects: object[] = []

  constructor(moves: boolean, apart = false) {
    this.moves = moves
    this.accepts = apart ? refuseShareable : isShareable
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
    return this.objects.length > index && this.objects.slice(index).some(isMovable)
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
