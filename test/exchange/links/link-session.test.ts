import { describe, expect, it } from 'vitest'
import { LIMITS, LinkBench, sendData } from './link-bench.js'

const frame = (...bytes: number[]): Uint8Array => Uint8Array.from([20, ...bytes])

describe('LinkSession', () => {
  it('both sides are ready once each knows the other, and frames arrive in order', async () => {
    const { a, b, ...bench } = await new LinkBench().connect()
    expect([a.peer?.process.incarnation, b.peer?.process.incarnation]).toEqual([2, 1])
    for (let i = 0; i < 3; i++) expect(sendData(a.session, frame(i))).toBe(true)
    b.session.sendControl(16, (bytes) => bytes.u8(9))
    await LinkBench.prototype.settle.call(bench)
    expect([b.frames, a.frames]).toEqual([
      [
        [20, 0],
        [20, 1],
        [20, 2],
      ],
      [[16, 9]],
    ])
  })

  it('what a turn sends leaves as one piece, control frames before data frames', async () => {
    const bench = await new LinkBench().connect()
    const { a, b } = bench
    const pieces: number[] = []
    const write = a.session.wire.write.bind(a.session.wire)
    a.session.wire.write = (bytes) => {
      pieces.push(bytes.length)
      write(bytes)
    }
    sendData(a.session, frame(1))
    a.session.sendControl(16)
    sendData(a.session, frame(2))
    a.session.sendControl(17)
    await bench.settle()
    expect(b.frames).toEqual([[16], [17], [20, 1], [20, 2]])
    expect(pieces).toHaveLength(1)
  })

  it.each(['a', 'b'] as const)('close() of %s ends both sides after what was sent has arrived', async (which) => {
    const bench = await new LinkBench().connect()
    const [closes, hears] = which === 'a' ? [bench.a, bench.b] : [bench.b, bench.a]
    sendData(closes.session, frame(7))
    closes.session.close()
    await bench.settle()
    expect(hears.frames).toEqual([[20, 7]])
    expect(closes.end).toMatchObject({ reason: 'closed', by: 'us', unsent: 0 })
    expect(hears.end).toMatchObject({ reason: 'closed', by: 'them' })
    expect(bench.time.size).toBe(0)
  })

  it('close() says why, and ends although the other side takes nothing in', async () => {
    const bench = await new LinkBench().connect()
    const { a } = bench
    bench.network.freeze('b')
    a.session.close('duplicate')
    await bench.pass(999)
    expect(a.end).toBeNull()
    await bench.pass(1)
    expect(a.end).toMatchObject({ reason: 'duplicate', by: 'us' })
    const other = await new LinkBench().connect()
    other.a.session.close('duplicate')
    await other.settle()
    expect(other.b.end).toMatchObject({ reason: 'duplicate', by: 'them' })
  })

  it('a link that is cut has been lost to both', async () => {
    const bench = await new LinkBench().connect()
    bench.network.cut('a', 'b')
    expect([bench.a.end, bench.b.end]).toEqual([expect.objectContaining({ reason: 'lost', by: 'network' }), bench.a.end])
    expect(sendData(bench.a.session, frame(1))).toBe(false)
    expect(bench.time.size).toBe(0)
  })

  it('who refuses tells why, and so does who is refused', async () => {
    const { a, b } = await new LinkBench().connect({}, { authorise: async () => 'authorise' as const })
    expect([a.peer, b.peer]).toEqual([null, null])
    expect(a.end).toMatchObject({ reason: 'authorise', by: 'them' })
    expect(b.end).toMatchObject({ reason: 'authorise', by: 'us' })
  })

  it('an authorise that fails is a refusal', async () => {
    const { a } = await new LinkBench().connect({}, { authorise: () => Promise.reject(new Error('no database')) })
    expect(a.end).toMatchObject({ reason: 'authorise', by: 'them' })
  })

  it('a handshake that does not end within its time ends the link', async () => {
    const bench = await new LinkBench().connect({}, { authorise: () => new Promise(() => undefined) })
    await bench.pass(1999)
    expect([bench.a.end, bench.b.end]).toEqual([null, null])
    await bench.pass(1001)
    expect(bench.b.end).toMatchObject({ reason: 'timeout', by: 'us' })
    expect(bench.a.end).toMatchObject({ reason: 'timeout' })
    expect(bench.time.size).toBe(0)
  })

  it('quiet links stay as long as both sides live, and cost a beat each 1.5 s', async () => {
    const bench = await new LinkBench().connect()
    let written = 0
    const write = bench.a.session.wire.write.bind(bench.a.session.wire)
    bench.a.session.wire.write = (bytes) => {
      written++
      write(bytes)
    }
    await bench.pass(60_000)
    expect([bench.a.end, bench.b.end, bench.b.frames]).toEqual([null, null, []])
    expect(written).toBe(40)
  })

  it('a peer that says nothing any more is lost within 6.5 s', async () => {
    const bench = await new LinkBench().connect()
    await bench.pass(300)
    bench.network.freeze('b')
    await bench.pass(5600)
    expect(bench.a.end).toBeNull()
    await bench.pass(900)
    expect(bench.a.end).toMatchObject({ reason: 'timeout', by: 'us' })
  })

  it('a peer that lives, and does not end a frame within a minute, is lost', async () => {
    const bench = await new LinkBench().connect()
    // What it says from now on is within a frame of 1000 bytes.
    bench.b.session.wire.write(Uint8Array.of(232, 3, 0, 0))
    await bench.pass(59_000)
    expect(bench.a.end).toBeNull()
    await bench.pass(2000)
    expect(bench.a.end).toMatchObject({ reason: 'timeout', by: 'us' })
  })

  it('whoever was held up itself blames nobody', async () => {
    const bench = await new LinkBench().connect()
    // Nothing of this process runs for a minute: no beat is sent, none is heard, no timer comes in time.
    bench.time.moveTo(60_000)
    await bench.settle()
    await bench.pass(3000)
    expect([bench.a.end, bench.b.end]).toEqual([null, null])
  })

  it('what a peer does not take in waits up to its bound; then there is no room, and it is said when there is again', async () => {
    const bench = await new LinkBench().connect()
    const { a, b } = bench
    bench.network.freeze('a', 'b')
    let accepted = 0
    for (let i = 0; i < 100; i++) {
      if (sendData(a.session, frame(...new Uint8Array(495)))) accepted++
      await Promise.resolve()
    }
    // 500 bytes each with its length: 20 wait, and 8 are on their way.
    expect([accepted, a.rooms]).toEqual([28, 0])
    expect(a.session.backlogBytes).toBeLessThanOrEqual(LIMITS.maxQueueBytes + LIMITS.maxBacklogBytes)
    bench.network.thaw('a', 'b')
    await bench.settle()
    expect([b.frames.length, a.rooms]).toEqual([28, 1])
    expect(sendData(a.session, frame(1))).toBe(true)
  })

  it('a peer that does not take in what it must be told is given up', async () => {
    const bench = await new LinkBench().connect()
    const { a } = bench
    bench.network.freeze('a', 'b')
    for (let i = 0; i < 100 && a.end === null; i++) {
      a.session.sendControl(16, (bytes) => bytes.bytes(new Uint8Array(495)))
      await Promise.resolve()
    }
    expect(a.end).toMatchObject({ reason: 'lost', by: 'us' })
  })

  it('a frame that is longer than allowed ends the link, and is not kept', async () => {
    const bench = await new LinkBench().connect({ limits: { maxFrameBytes: 5000 } })
    sendData(bench.a.session, new Uint8Array(1001).fill(20))
    await bench.settle()
    expect(bench.b.end).toMatchObject({ reason: 'lost', by: 'us' })
    expect(bench.b.end?.error?.message).toContain('maxFrameBytes')
  })

  it('rubbish ends the link at once', async () => {
    const bench = await new LinkBench().connect()
    const refused = new Promise<void>((resolve) => {
      bench.network.transport('c').connect(
        { kind: 'memory', name: 'b' },
        {
          onWire: (wire) => {
            wire.write(new Uint8Array(64).fill(65))
            return { onBytes: () => undefined, onDrained: () => undefined, onClosed: () => resolve() }
          },
          onFailed: () => undefined,
        },
      )
    })
    await refused
    expect(bench.a.end).toBeNull()
  })
})
