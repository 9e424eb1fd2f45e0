import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/base/random.js'
import { MemoryNetwork } from '../../src/testing/threads/memory-network.js'
import { VirtualTime } from '../../src/testing/virtual-time.js'

/** More turns of the event loop than anything here takes. */
const MANY = 100

function start() {
  const time = new VirtualTime(0)
  const network = new MemoryNetwork(time, seededRandom(1))
  const turns = async (): Promise<void> => {
    for (let i = 0; i < MANY; i++) await new Promise<void>((resolve) => time.macrotask(resolve))
  }
  return { network, turns }
}

describe('MemoryNetwork', () => {
  it('hands on what is sent in order, once its receiver is there', async () => {
    const { network, turns } = start()
    const got: number[] = []
    const channel = network.newChannel()
    for (let n = 0; n < 5; n++) channel.post(() => got.push(n))
    await turns()
    expect([got, network.quiet]).toEqual([[], true])
    channel.open()
    await turns()
    expect(got).toEqual([0, 1, 2, 3, 4])
  })

  it('keeps what is on its way to a receiver that takes nothing in, until it does again', async () => {
    const { network, turns } = start()
    const got: number[] = []
    const channel = network.newChannel()
    channel.open()
    channel.hold(true)
    for (let n = 0; n < 5; n++) channel.post(() => got.push(n))
    await turns()
    expect([got, network.quiet, channel.travelling]).toEqual([[], true, 5])
    channel.hold(false)
    await turns()
    expect([got, network.quiet, channel.travelling]).toEqual([[0, 1, 2, 3, 4], true, 0])
  })

  it('hands on nothing more of a channel whose receiver stops taking in because of what it got', async () => {
    const { network, turns } = start()
    const got: number[] = []
    const channel = network.newChannel()
    channel.open()
    for (let n = 0; n < 5; n++) channel.post(() => got.push(n) === 2 && channel.hold(true))
    await turns()
    expect(got).toEqual([0, 1])
  })
})
