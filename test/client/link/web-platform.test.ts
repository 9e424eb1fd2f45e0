import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type WebSocketClass, webPlatform } from '../../../src/client/link/web-platform.js'

const DAY_MS = 86_400_000

describe('timer() of a browser and of Node', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('runs after its delay, also after one that is longer than setTimeout can wait', () => {
    const ran: string[] = []
    const { timer } = webPlatform(undefined)
    timer(5, () => ran.push('5 ms'))
    timer(60 * DAY_MS, () => ran.push('60 days'))
    vi.advanceTimersByTime(5)
    expect(ran).toEqual(['5 ms'])
    vi.advanceTimersByTime(60 * DAY_MS - 6)
    expect(ran).toEqual(['5 ms'])
    vi.advanceTimersByTime(1)
    expect(ran).toEqual(['5 ms', '60 days'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is cancelled in any part of its delay', () => {
    const cancel = webPlatform(undefined).timer(60 * DAY_MS, () => expect.unreachable())
    vi.advanceTimersByTime(30 * DAY_MS)
    expect(vi.getTimerCount()).toBe(1)
    cancel()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('open() of a browser and of Node', () => {
  /** What becomes of an attempt that must fail. */
  async function endOf(given: WebSocketClass | undefined, url: string) {
    const unhandled: unknown[] = []
    const note = (error: unknown): void => void unhandled.push(error)
    process.on('unhandledRejection', note)
    const end = await new Promise<readonly unknown[]>((resolve) => {
      const fail = () => expect.unreachable()
      webPlatform(given).open(url, { onOpen: fail, onMessage: fail, onClose: (...facts) => resolve(facts) })
    })
    // Node tells of rejections that nobody looks at after the promises of the same turn.
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', note)
    return { end, unhandled }
  }

  it('tells of a class that throws as of a connection that has ended', async () => {
    const Strict = class {
      constructor() {
        throw new SyntaxError('no such address')
      }
    }
    const { end, unhandled } = await endOf(Strict as unknown as WebSocketClass, 'ws://gate.test/live')
    expect(end).toEqual([1006, 'SyntaxError: no such address'])
    expect(unhandled).toEqual([])
  })

  it('tells why, where the class does', async () => {
    const Failing = class {
      onerror: ((event: unknown) => unknown) | null = null
      onclose: ((event: unknown) => unknown) | null = null
      constructor() {
        queueMicrotask(() => {
          this.onerror?.({ message: 'Unexpected server response: 404' })
          this.onclose?.({ code: 1006, reason: '' })
        })
      }
    }
    const { end } = await endOf(Failing as unknown as WebSocketClass, 'ws://gate.test/live')
    expect(end).toEqual([1006, 'Unexpected server response: 404'])
  })

  it('does so too where the class has to be found first', async () => {
    vi.stubGlobal('WebSocket', undefined)
    const { end, unhandled } = await endOf(undefined, 'ws://gate test/live')
    vi.unstubAllGlobals()
    expect(end).toEqual([1006, expect.stringMatching(/^SyntaxError: /)])
    expect(unhandled).toEqual([])
  })
})
