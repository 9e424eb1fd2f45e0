import { once } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { type ChannelMessage, Channels } from '../../../src/runtime/processes/channels.js'
import { relay } from '../../../src/runtime/processes/relay.js'

/** Both ends of the one way that channels share; what is sent is copied, as between processes. */
function connected(): readonly [Channels, Channels] {
  const ends: Channels[] = []
  const carryTo = (index: number) => (message: ChannelMessage) => void ends[index]?.take(structuredClone(message))
  ends.push(new Channels(carryTo(1)), new Channels(carryTo(0)))
  return ends as unknown as readonly [Channels, Channels]
}

/** Everything that comes out of a port, its end included. */
function hearing(port: { on(event: 'message' | 'close', listener: (message: unknown) => void): unknown }): unknown[] {
  const heard: unknown[] = []
  port.on('message', (message) => void heard.push(message))
  port.on('close', () => void heard.push('closed'))
  return heard
}

/** The next message that comes out of a port. */
const next = (port: { on(event: 'message', listener: (message: unknown) => void): unknown }): Promise<unknown> =>
  new Promise((resolve) => void port.on('message', resolve))

describe('Channels', () => {
  it('carry each what was sent on it, and its end, once', () => {
    const [here, there] = connected()
    const [one, two] = [here.open(1), here.open(2)]
    const heard = [hearing(there.open(1)), hearing(there.open(2))]
    one.postMessage('a')
    two.postMessage('b')
    one.close()
    one.close()
    one.postMessage('after the end')
    two.postMessage('c')
    there.endAll()
    there.endAll()
    expect(heard).toEqual([
      ['a', 'closed'],
      ['b', 'c', 'closed'],
    ])
  })

  it('tell an end of its close only when that came from the other', () => {
    const [here, there] = connected()
    const port = here.open(1)
    const heard = hearing(port)
    const other = there.open(1)
    port.close()
    other.postMessage('nobody hears this')
    expect(heard).toEqual([])
  })

  it('leave alone what comes for one that is not open', () => {
    const [here, there] = connected()
    here.open(1).postMessage('a')
    expect(hearing(there.open(1))).toEqual([])
  })

  it('empty what moves; one buffer alone is nobody else’s', () => {
    const [here, there] = connected()
    const port = here.open(1)
    const heard = hearing(there.open(1))
    const [bytes, moved] = [new Uint8Array([1]), new Uint8Array([2]).buffer]
    port.postMessage({ bytes, attachments: [moved] }, [bytes.buffer, moved])
    expect([bytes.length, moved.byteLength]).toEqual([0, 0])
    expect(heard).toEqual([{ bytes: new Uint8Array([1]), attachments: [new Uint8Array([2]).buffer] }])
    const alone = new Uint8Array([3])
    port.postMessage(alone, [alone.buffer])
    expect(heard.at(-1)).toEqual(new Uint8Array([3]))
  })
})

describe('relay()', () => {
  /** A thread's ports on one side, a process's channels on the other. */
  function scene() {
    const [here, there] = connected()
    const [frames, control] = [new MessageChannel(), new MessageChannel()]
    relay({ frames: frames.port2, control: control.port2 }, { frames: here.open(1), control: here.open(2) })
    return {
      thread: { frames: frames.port1, control: control.port1 },
      channels: here,
      process: { frames: there.open(1), control: there.open(2) },
    }
  }
  const batch = (bytes: Uint8Array<ArrayBuffer>, ...attachments: readonly object[]) => ({
    received: 1,
    receivedBytes: 2,
    bytes,
    attachments,
  })

  it('hands on batches and what is beside them, and of what came with them only the bytes', async () => {
    const { thread, process } = scene()
    const heard = next(process.frames)
    thread.frames.postMessage(batch(new Uint8Array([1, 2])))
    process.frames.postMessage(batch(new Uint8Array([0, 3, 4, 0]).subarray(1, 3), new Uint8Array([5]).buffer))
    const [answer] = (await once(thread.frames, 'message')) as [ReturnType<typeof batch>]
    expect(await heard).toEqual(batch(new Uint8Array([1, 2])))
    expect(answer).toEqual(batch(new Uint8Array([3, 4]), new Uint8Array([5]).buffer))
    expect(answer.bytes.buffer.byteLength).toBe(2)
    process.frames.close()
  })

  it('hands on what is said on the control plane', async () => {
    const { thread, process } = scene()
    const heard = next(process.control)
    thread.control.postMessage({ type: 'APPLY' })
    process.control.postMessage({ type: 'RAW', value: new Map([[1, 2]]) })
    expect(await once(thread.control, 'message')).toEqual([{ type: 'RAW', value: new Map([[1, 2]]) }])
    expect(await heard).toEqual({ type: 'APPLY' })
    process.control.close()
  })

  it('hands on the end of a process after all that it had sent', async () => {
    const { thread, channels, process } = scene()
    const heard = hearing(thread.frames)
    const closed = once(thread.frames, 'close')
    for (let i = 0; i < 100; i++) process.frames.postMessage(batch(new Uint8Array([i])))
    channels.endAll()
    await closed
    expect(heard).toEqual([...Array.from({ length: 100 }, (_, i) => batch(new Uint8Array([i]))), 'closed'])
  })

  it('hands on the end of a thread after all that it had sent', async () => {
    const { thread, process } = scene()
    const heard = hearing(process.frames)
    const closed = new Promise<unknown>((resolve) => void process.frames.on('close', resolve))
    for (let i = 0; i < 100; i++) thread.frames.postMessage(batch(new Uint8Array([i])))
    thread.frames.close()
    await closed
    expect(heard).toEqual([...Array.from({ length: 100 }, (_, i) => batch(new Uint8Array([i]))), 'closed'])
  })
})
