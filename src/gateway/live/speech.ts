import { isServiceFailure, ResponseEncodingError, ServiceFailure } from '../../base/failures.js'
import { thrownText } from '../../base/thrown.js'
import type { Logger } from '../../base/world.js'
import { writeFailure } from '../../client/protocol/failure-note.js'
import { type FailureNote, type GatewayFrame, MAX_MESSAGE_BYTES } from '../../client/protocol/frames.js'
import { isTooLarge } from '../../client/protocol/message-size.js'
import type { Handles } from '../../client/protocol/rich-limits.js'
import { writeRich } from '../../client/protocol/rich-writing.js'
import { shortNote, soundNote } from '../values/failure-notes.js'
import type { Outbox } from './outbox.js'

/** What a gateway says to one client. */
export class Speech {
  readonly handles: Handles
  readonly #outbox: Pick<Outbox, 'send'>
  readonly #log: Logger

  constructor(outbox: Pick<Outbox, 'send'>, handles: Handles, log: Logger) {
    this.#outbox = outbox
    this.handles = handles
    this.#log = log
  }

  say(frame: GatewayFrame): void {
    this.#outbox.send(JSON.stringify(frame))
  }

  /**
   * Says a value; `frame` puts it where it belongs.
   *
   * @throws ResponseEncodingError for what has no form, or is too large
   */
  sayValue(value: unknown, path: string, frame: (written: unknown) => GatewayFrame): void {
    this.#outbox.send(this.#print(value, path, frame))
  }

  /**
   * Says what has been printed already; `path` is of what may make it too large.
   *
   * @throws ResponseEncodingError for what is too large
   */
  sayText(text: string, path: string): void {
    this.#outbox.send(checkedSize(text, path))
  }

  /** Says how something failed; of what is no failure of a call nothing is told. */
  fail(id: number, thrown: unknown): void {
    this.#sayFailure(thrown, (failure) => ({ kind: 'failure', id, failure }))
  }

  /** Says by what something has ended. */
  endWith(id: number, thrown: unknown): void {
    this.#sayFailure(thrown, (failure) => ({ kind: 'end', id, failure }))
  }

  #sayFailure(thrown: unknown, frame: (failure: FailureNote) => GatewayFrame): void {
    const note = soundNote(writeFailure(this.#failureOf(thrown), this.handles))
    const text = JSON.stringify(frame(note))
    this.#outbox.send(isTooLarge(text) ? JSON.stringify(frame(shortNote(note))) : text)
  }

  #failureOf(thrown: unknown): ServiceFailure {
    if (isServiceFailure(thrown)) return thrown
    this.#log.error('gateway: a request of a live connection could not be answered', { error: thrown })
    return new ServiceFailure('ERR_APPLICATION', 57, 'Application Error', { details: 'the request could not be answered' })
  }

  #print(value: unknown, path: string, frame: (written: unknown) => GatewayFrame): string {
    let text: string
    try {
      text = JSON.stringify(frame(writeRich(value, this.handles, path)))
    } catch (error) {
      throw new ResponseEncodingError({ details: thrownText(error) })
    }
    return checkedSize(text, path)
  }
}

function checkedSize(text: string, path: string): string {
  if (!isTooLarge(text)) return text
  throw new ResponseEncodingError({ details: `${path} makes a message of more than ${MAX_MESSAGE_BYTES} bytes` })
}
