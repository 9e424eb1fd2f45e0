import { describe, expect, it } from 'vitest'
import type { ThreadKey } from '../../../src/base/ids.js'
import { MailExit } from '../../../src/exchange/bridge/mail-exit.js'
import { PieceTable } from '../../../src/exchange/bridge/piece-table.js'
import { MAIL, type MailFrame, MOST_DESTINATIONS, readMail } from '../../../src/exchange/protocol/mail-frame.js'
import { ProcessIds } from '../../../src/exchange/protocol/process-ids.js'
import { LinkBench } from '../links/link-bench.js'

const ORIGIN = '1'.repeat(32)
const THERE = '2'.repeat(32)
const MAX_QUEUE_BYTES = 1_000_000
const LIMITS = { limits: { maxFrameBytes: 2 ** 18, maxQueueBytes: MAX_QUEUE_BYTES } }
const ids = new ProcessIds()

const key = (name: string): ThreadKey => name as ThreadKey

/** What arrives of each body that leaves one process for another: the thread, the head and the bytes. */
class Post {
  readonly #bench = new LinkBench()
  #exit!: MailExit

  async connect(): Promise<this> {
    const { time, a } = await this.#bench.connect(LIMITS, LIMITS)
    this.#exit = new MailExit(a.session, { ids, scheduler: time })
    return this
  }

  send(body: Uint8Array, number: number, thread = '0'): boolean {
    const mail: MailFrame = { kind: MAIL, hops: 0, more: false, origin: ORIGIN, from: key('0'), body }
    return this.#exit.send(mail, { process: THERE, thread: key(thread), head: Uint8Array.of(number) })
  }

  get frames(): number {
    return this.#bench.b.frames.length
  }

  async arrived(): Promise<readonly (readonly [string, number, number])[]> {
    await this.#bench.settle()
    const pieces = new PieceTable()
    const whole: [string, number, number][] = []
    for (const frame of this.#bench.b.frames) {
      const mail = readMail(Uint8Array.from(frame), { start: 0, end: frame.length }, ids)
      for (const { thread, head } of mail.destinations) {
        const body = pieces.take(mail, thread)
        if (body !== undefined) whole.push([thread, head[0] as number, body.length])
      }
    }
    return whole
  }
}

/** No two pieces of it are the same. */
const bodyOf = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, (_, i) => i ^ (i >> 8) ^ (i >> 16))

describe('MailExit', () => {
  it.each([100, 200_000])('mail of %i bytes that is the same as the mail before it, for the same thread, is another one', async (bytes) => {
    const post = await new Post().connect()
    expect([post.send(bodyOf(bytes), 1), post.send(bodyOf(bytes), 2), post.send(bodyOf(bytes), 3, '1')]).toEqual([true, true, true])
    expect((await post.arrived()).toSorted()).toEqual([
      ['0', 1, bytes],
      ['0', 2, bytes],
      ['1', 3, bytes],
    ])
  })

  it('takes mail of nearly as many bytes as may wait, and says so where there is no room', async () => {
    const post = await new Post().connect()
    expect(post.send(bodyOf(MAX_QUEUE_BYTES + 1), 1)).toBe(false)
    expect(post.send(bodyOf(MAX_QUEUE_BYTES - 2000), 2)).toBe(true)
    expect(post.send(bodyOf(70_000), 3)).toBe(false)
    expect(await post.arrived()).toEqual([['0', 2, MAX_QUEUE_BYTES - 2000]])
    expect(post.send(bodyOf(70_000), 4)).toBe(true)
  })

  it('mail for as many threads as a frame may name is one frame, wherever it has to move to grow', async () => {
    const post = await new Post().connect()
    // Something before it, so that it does not lie at the beginning of its slab.
    post.send(bodyOf(10), 0)
    const threads = Array.from({ length: MOST_DESTINATIONS }, (_, i) => String(i))
    for (const thread of threads) expect(post.send(bodyOf(500), 1, thread)).toBe(true)
    post.send(bodyOf(20), 2)
    expect(await post.arrived()).toEqual([['0', 0, 10], ...threads.map((thread) => [thread, 1, 500]), ['0', 2, 20]])
    expect(post.frames).toBe(3)
  })
})
