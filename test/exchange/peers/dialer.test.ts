import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../src/base/random.js'
import { Dialer, type DialerOptions } from '../../../src/exchange/peers/dialer.js'
import { parseAddress } from '../../../src/exchange/transports/address.js'
import { MemoryNetwork } from '../../../src/exchange/transports/memory-network.js'
import type { Wire, WireListener } from '../../../src/exchange/transports/transport.js'
import { VirtualTime } from '../../../src/testing/virtual-time.js'
import { passTime, settleNow } from '../virtual-moments.js'

const CONNECT_MS = 2000
const FIXED = { minMs: 5000, maxMs: 5000, factor: 2, jitter: 0 }
const HUB = parseAddress('memory:hub')

function bench(options: Partial<DialerOptions> = {}) {
  const time = new VirtualTime(0)
  const network = new MemoryNetwork({ scheduler: time, random: seededRandom(3) })
  const wires: Wire[] = []
  const failures: [message: string, isLast: boolean][] = []
  const listener = (onClosed: () => void): WireListener => ({ onBytes: () => undefined, onDrained: () => undefined, onClosed })
  const dialer: Dialer = new Dialer({
    world: { scheduler: time, random: seededRandom(4) },
    transport: network.transport('client'),
    address: HUB,
    retries: FIXED,
    connectMs: CONNECT_MS,
    onWire: (wire) => {
      wires.push(wire)
      return listener(() => dialer.lost('lost'))
    },
    onFailed: ({ message }, isLast) => void failures.push([message, isLast]),
    ...options,
  })
  const listen = () => network.transport('hub').listen(HUB, () => listener(() => undefined))
  return { time, network, dialer, wires, failures, listen }
}

describe('Dialer', () => {
  it('tries again after a fixed delay until somebody listens', async () => {
    const { time, dialer, wires, failures, listen } = bench()
    dialer.dial()
    await passTime(time, 14_000)
    expect([failures.length, dialer.state]).toEqual([3, 'waiting'])
    await listen()
    await passTime(time, 1000)
    expect([wires.length, failures.length, dialer.state]).toEqual([1, 3, 'linked'])
  })

  it('waits longer after each attempt that fails, up to a bound, and as short as ever once a link was up', async () => {
    const { time, network, dialer, failures, listen } = bench({ retries: { ...FIXED, maxMs: 20_000 } })
    dialer.dial()
    const attempts: number[] = []
    for (const ms of [0, 4999, 1, 9999, 1, 19_999, 1, 19_999, 1]) {
      await passTime(time, ms)
      attempts.push(failures.length)
    }
    expect(attempts).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5])
    await listen()
    await passTime(time, 20_000)
    expect(dialer.state).toBe('linked')
    dialer.proved()
    network.cut('hub')
    await passTime(time, 5000)
    expect(dialer.state).toBe('linked')
  })

  it('draws a share of the delay at random', async () => {
    const delays: number[] = []
    const time = new VirtualTime(0)
    const timer: typeof time.timer = (delayMs, run) => {
      if (delayMs !== CONNECT_MS) delays.push(delayMs)
      return time.timer(delayMs, run)
    }
    const scheduler = { timer, macrotask: time.macrotask.bind(time), microtask: time.microtask.bind(time) }
    const { dialer } = bench({ retries: { ...FIXED, jitter: 0.5 }, world: { scheduler, random: seededRandom(4) } })
    for (let i = 0; i < 100; i++) {
      dialer.dial()
      await settleNow()
    }
    expect(delays).toHaveLength(100)
    expect(Math.min(...delays)).toBeLessThan(3000)
    expect(Math.max(...delays)).toBeGreaterThan(7000)
    expect(delays.every((delayMs) => delayMs >= 2500 && delayMs <= 7500)).toBe(true)
  })

  it('dials again when its link is lost', async () => {
    const { time, network, dialer, wires, listen } = bench()
    await listen()
    dialer.dial()
    await settleNow()
    network.cut('hub')
    expect(dialer.state).toBe('waiting')
    await passTime(time, 5000)
    expect([wires.length, dialer.state]).toEqual([2, 'linked'])
  })

  it('without retries makes one attempt, and says that it was the last', async () => {
    const { time, dialer, failures } = bench({ retries: false })
    dialer.dial()
    await passTime(time, 60_000)
    expect(failures).toEqual([['nobody listens at memory:hub', true]])
    expect([dialer.state, time.size]).toEqual(['over', 0])
  })

  it('gives up an attempt that takes too long', async () => {
    const { time, dialer, failures } = bench({
      transport: { connect: () => () => undefined, listen: () => Promise.reject(new Error('no')) },
    })
    dialer.dial()
    await passTime(time, 2000)
    expect([failures, dialer.state]).toEqual([[['no connection within 2000 ms', false]], 'waiting'])
  })

  it('parks where another link leads to the same process, and resumes when that has ended', async () => {
    const { time, dialer, wires, listen } = bench()
    await listen()
    dialer.dial()
    await settleNow()
    dialer.lost('duplicate')
    await passTime(time, 60_000)
    expect([wires.length, dialer.state]).toEqual([1, 'parked'])
    dialer.resume()
    await passTime(time, 5000)
    expect([wires.length, dialer.state]).toEqual([2, 'linked'])
  })

  it.each(['dialing', 'waiting', 'linked'] as const)('close() while it is %s is the end', async (state) => {
    const { time, dialer, wires, failures, listen } = bench()
    if (state === 'linked') await listen()
    dialer.dial()
    if (state !== 'dialing') await settleNow()
    expect(dialer.state).toBe(state)
    dialer.close()
    dialer.resume()
    dialer.dial()
    await passTime(time, 60_000)
    expect(dialer.state).toBe('over')
    expect(wires.length + failures.length).toBe(state === 'dialing' ? 0 : 1)
    expect(time.size).toBe(0)
  })
})
