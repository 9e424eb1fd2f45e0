import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { seededRandom } from '../../../src/base/random.js'
import { type AddressLike, parseAddress, printAddress } from '../../../src/exchange/transports/address.js'
import { MemoryNetwork } from '../../../src/exchange/transports/memory-network.js'
import { SocketTransport } from '../../../src/exchange/transports/socket-transport.js'
import type { Listening, Transport, Wire, WireListener } from '../../../src/exchange/transports/transport.js'
import { nodeScheduler, nodeWorld } from '../../../src/runtime/node-world.js'

const sockets = new SocketTransport(nodeWorld({ hold: () => undefined }))

/** One end of a connection, with what it heard. */
class End implements WireListener {
  readonly wire: Wire
  heard: number[] = []
  drained = 0
  closed: { readonly error: Error | undefined } | null = null
  #waiting: { readonly until: () => boolean; readonly resolve: () => void }[] = []

  constructor(wire: Wire) {
    this.wire = wire
  }

  onBytes(bytes: Uint8Array): void {
    if (this.closed !== null) throw new Error('bytes after the end')
    for (const byte of bytes) this.heard.push(byte)
    this.#look()
  }

  onDrained(): void {
    this.drained++
    this.#look()
  }

  onClosed(error: Error | undefined): void {
    if (this.closed !== null) throw new Error('closed twice')
    this.closed = { error }
    this.#look()
  }

  until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve()
    return new Promise((resolve) => void this.#waiting.push({ until: condition, resolve }))
  }

  #look(): void {
    const due = this.#waiting.filter(({ until }) => until())
    this.#waiting = this.#waiting.filter((one) => !due.includes(one))
    for (const { resolve } of due) resolve()
  }
}

interface Bench {
  readonly server: Transport
  readonly client: Transport
  readonly address: AddressLike
  readonly nowhere: AddressLike
}

let folder: string | undefined
const open: { destroy(): void }[] = []
const listenings: Listening[] = []

afterEach(async () => {
  for (const wire of open.splice(0)) wire.destroy()
  await Promise.all(listenings.splice(0).map((one) => one.close()))
  if (folder !== undefined) rmSync(folder, { recursive: true })
  folder = undefined
})

const benches: Readonly<Record<string, () => Bench>> = {
  tcp: () => ({ server: sockets, client: sockets, address: 'tcp://127.0.0.1:0', nowhere: 'tcp://127.0.0.1:1' }),
  'tcp over IPv6': () => ({ server: sockets, client: sockets, address: 'tcp://[::1]:0', nowhere: 'tcp://[::1]:1' }),
  unix: () => {
    folder = mkdtempSync(join(tmpdir(), 'troupe-'))
    const [address, nowhere] = [`unix:${folder}/a`, `unix:${folder}/b`]
    return { server: sockets, client: sockets, address, nowhere }
  },
  memory: () => memoryBench(Number.POSITIVE_INFINITY),
  'memory, cut into pieces': () => memoryBench(3),
}

function memoryBench(mostBytes: number): Bench {
  const network = new MemoryNetwork({ scheduler: nodeScheduler, random: seededRandom(7), weather: { mostBytes } })
  return { server: network.transport('a'), client: network.transport('b'), address: 'memory:a', nowhere: 'memory:c' }
}

async function pair({ server, client, address }: Bench): Promise<{ near: End; far: End; listening: Listening }> {
  let accepted: (end: End) => void = () => undefined
  const far = new Promise<End>((resolve) => {
    accepted = resolve
  })
  const onWire = (told: (end: End) => void) => (wire: Wire) => {
    const end = new End(wire)
    open.push(wire)
    told(end)
    return end
  }
  const listening = await server.listen(parseAddress(address), onWire(accepted))
  listenings.push(listening)
  const near = new Promise<End>((resolve, reject) => {
    client.connect(listening.address, { onWire: onWire(resolve), onFailed: reject })
  })
  return { near: await near, far: await far, listening }
}

describe.each(Object.keys(benches))('Transport contract: %s', (name) => {
  const bench = (): Bench => (benches[name] as () => Bench)()

  it('bytes arrive in order in both directions, whatever becomes of the array they were read from', async () => {
    const { near, far } = await pair(bench())
    for (let i = 0; i < 100; i++) near.wire.write(Uint8Array.of(i, i + 100))
    far.wire.write(Uint8Array.of(1, 2, 3))
    await far.until(() => far.heard.length === 200)
    await near.until(() => near.heard.length === 3)
    expect(far.heard).toEqual(Array.from({ length: 100 }, (_, i) => [i, i + 100]).flat())
    expect(near.heard).toEqual([1, 2, 3])
  })

  it('end() closes both ends once everything has arrived, and nothing can be written afterwards', async () => {
    const { near, far } = await pair(bench())
    near.wire.write(new Uint8Array(1000).fill(1))
    near.wire.end()
    near.wire.write(Uint8Array.of(2))
    await far.until(() => far.closed !== null)
    await near.until(() => near.closed !== null)
    expect([far.heard.length, far.heard.includes(2)]).toEqual([1000, false])
    expect([near.closed, far.closed]).toEqual([{ error: undefined }, { error: undefined }])
    expect(() => near.wire.write(Uint8Array.of(3))).not.toThrow()
    near.wire.destroy()
  })

  it('destroy() closes both ends at once', async () => {
    const { near, far } = await pair(bench())
    far.wire.destroy()
    await near.until(() => near.closed !== null)
    await far.until(() => far.closed !== null)
    expect(far.heard).toEqual([])
  })

  it('backlogBytes says what has not left, and onDrained when nothing is left', async () => {
    const { near, far } = await pair(bench())
    const size = 16 * 2 ** 20
    near.wire.write(new Uint8Array(name.includes('pieces') ? 1000 : size))
    expect(near.wire.backlogBytes).toBeGreaterThan(0)
    await near.until(() => near.drained > 0)
    expect(near.wire.backlogBytes).toBe(0)
    expect(far.closed).toBeNull()
  })

  it('an attempt where nobody listens fails, once', async () => {
    const { client, nowhere } = bench()
    const failures: Error[] = []
    await new Promise<void>((resolve, reject) => {
      client.connect(parseAddress(nowhere), {
        onWire: () => {
          throw new Error('nobody was there')
        },
        onFailed: (error) => {
          failures.push(error)
          setImmediate(resolve)
        },
      })
      setTimeout(reject, 5000).unref()
    })
    expect(failures).toHaveLength(1)
  })

  it('an attempt that is given up tells nothing', async () => {
    const made = bench()
    const { near, listening } = await pair(made)
    let told = 0
    const give = made.client.connect(listening.address, {
      onWire: (wire) => {
        told++
        return new End(wire)
      },
      onFailed: () => void told++,
    })
    give()
    near.wire.write(Uint8Array.of(1))
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    expect(told).toBe(0)
  })

  it('who has stopped listening takes no more connections; those that stand go on', async () => {
    const made = bench()
    const { near, far, listening } = await pair(made)
    await listening.close()
    const failed = await new Promise<Error>((resolve, reject) => {
      made.client.connect(listening.address, {
        onWire: () => reject(new Error(`${printAddress(listening.address)} accepted`)) as never,
        onFailed: resolve,
      })
    })
    expect(failed).toBeInstanceOf(Error)
    near.wire.write(Uint8Array.of(9))
    await far.until(() => far.heard.length === 1)
  })

  it('nobody can listen twice at one place', async () => {
    const made = bench()
    const { listening } = await pair(made)
    await expect(made.server.listen(listening.address, (wire) => new End(wire))).rejects.toThrow()
  })
})
