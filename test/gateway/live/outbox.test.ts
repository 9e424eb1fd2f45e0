import { describe, expect, it } from 'vitest'
import { ByteBudget } from '../../../src/gateway/limits/byte-budget.js'
import { Outbox } from '../../../src/gateway/live/outbox.js'

/** An outbox of a client that has more to take than may wait before others are held back. */
function stuck() {
  const ignore = (): void => undefined
  const wire = { bufferedBytes: 11, send: ignore, close: ignore, drop: ignore }
  const limits = { heldBackBytes: 10, maxBytes: 1000 }
  return new Outbox({ wire, limits, budget: new ByteBudget(1000), onFull: ignore, onDropped: ignore })
}

describe('Outbox.giveUp()', () => {
  it('lets one go who waits for room, and nobody else', async () => {
    const outbox = stuck()
    const [one, other] = [{}, {}]
    const gone: string[] = []
    const waiting = [outbox.room(one)?.then(() => gone.push('one')), outbox.room(other)?.then(() => gone.push('other'))]
    outbox.giveUp(one)
    outbox.giveUp(one)
    await waiting[0]
    expect(gone).toEqual(['one'])
    outbox.close()
    await waiting[1]
    expect(gone).toEqual(['one', 'other'])
  })
})
