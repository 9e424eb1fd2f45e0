import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { offAbort, onAbort } from '../../src/base/abort-signal.js'

describe('onAbort()', () => {
  it('onAbort() gives a signal one listener, runs every callback once and in order, and leaves none', () => {
    const controller = new AbortController()
    const { signal } = controller
    const ran: number[] = []
    for (let i = 0; i < 100; i++) onAbort(signal, () => ran.push(i))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    controller.abort()
    expect(ran).toEqual(Array.from({ length: 100 }, (_, i) => i))
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('onAbort() does not run what is taken back before or meanwhile; the last one takes the listener away', () => {
    const controller = new AbortController()
    const { signal } = controller
    const ran: string[] = []
    const never = (): void => void ran.push('never')
    onAbort(signal, never)
    offAbort(signal, never)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    onAbort(signal, () => {
      ran.push('first')
      offAbort(signal, never)
    })
    onAbort(signal, never)
    controller.abort()
    expect(ran).toEqual(['first'])
    offAbort(signal, never)
    expect(ran).toEqual(['first'])
  })
})
