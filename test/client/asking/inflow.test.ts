import { describe, expect, it } from 'vitest'
import { Inflow } from '../../../src/client/asking/inflow.js'

function inflow(): Inflow {
  return new Inflow({ window: 8, grant: () => undefined, onClose: () => undefined, report: () => undefined })
}

describe('Inflow', () => {
  it('gives undefined as any other item', async () => {
    const items = inflow()
    const first = items.next()
    for (const item of [undefined, 1, undefined]) items.push(item)
    items.finish()
    expect(await first).toEqual({ done: false, value: undefined })
    expect(await items.next()).toEqual({ done: false, value: 1 })
    expect(await items.next()).toEqual({ done: false, value: undefined })
    expect(await items.next()).toEqual({ done: true, value: undefined })
  })

  it('close() drops all that waits, undefined or not', async () => {
    const items = inflow()
    for (const item of [undefined, 1, undefined, 2]) items.push(item)
    items.close()
    expect(await items.next()).toEqual({ done: true, value: undefined })
  })

  it('is full when as many wait as may, and no more once one is taken', async () => {
    const items = inflow()
    for (let i = 0; i < 7; i++) items.push(i)
    expect(items.isFull).toBe(false)
    items.push(7)
    expect(items.isFull).toBe(true)
    await items.next()
    expect(items.isFull).toBe(false)
  })
})
