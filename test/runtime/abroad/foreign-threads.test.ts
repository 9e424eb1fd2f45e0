import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { service } from '../../../src/actors/define.js'
import { abroadKey, type ThreadKey } from '../../../src/base/ids.js'
import { ByteWriter } from '../../../src/codec/byte-writer.js'
import { EXCHANGE_PORT, type ExchangePort } from '../../../src/router/exchange-port.js'
import { readMail, writeMailHead } from '../../../src/runtime/abroad/mail.js'
import { createSystem } from '../../../src/runtime/create-system.js'
import { nodeWorld } from '../../../src/runtime/node-world.js'

const { text } = nodeWorld({ hold: () => undefined })
const PROCESS = 'a'.repeat(32)
const HERE = '0' as ThreadKey
const FROM = abroadKey({ thread: '0' as ThreadKey, process: PROCESS, group: '' })
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

const EchoService = service(import.meta, 'echo', () => ({ echo: (word: string) => word }))

describe('mail of other processes', () => {
  it('is the inverse of what is written', () => {
    const bytes = Uint8Array.of(2, 0, 0, 0, 7, 8)
    const batch = { received: 3, receivedBytes: 400, bytes, attachments: [] }
    const head = writeMailHead(new ByteWriter(text), { sender: 5, receiver: 6, number: 7 }, batch)
    expect(readMail({ head, bytes }, text)).toEqual({ sender: 5, receiver: 6, number: 7, batch })
  })

  it('can hold anything: what cannot be read ends its connection, and the system goes on', async () => {
    const system = await createSystem({ threads: 0, log: quiet })
    const echo = await system.spawn(EchoService)
    const port = (system as unknown as { readonly [EXCHANGE_PORT]: ExchangePort })[EXCHANGE_PORT]
    port.carrier = { carry: () => undefined, threadEnded: () => undefined }
    port.reach({ process: PROCESS, group: '', maxMessageBytes: 2 ** 20, maxRequests: 100, maxSubscriptions: 100 })
    const frame = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Uint8Array.of(bytes.length, 0, 0, 0, ...bytes))
    const body = fc.array(frame, { maxLength: 4 }).map((frames) => Uint8Array.from(frames.flatMap((one) => [...one])))
    let epoch = 0
    fc.assert(
      fc.property(fc.oneof(body, fc.uint8Array({ maxLength: 100 })), (bytes) => {
        const head = writeMailHead(
          new ByteWriter(text),
          { sender: ++epoch, receiver: 0, number: 1 },
          { received: 0, receivedBytes: 0, bytes, attachments: [] },
        )
        expect(port.deliver(FROM, { to: HERE, head, bytes })).toBe(true)
        expect(port.deliver(FROM, { to: HERE, head: bytes, bytes })).toBe(true)
      }),
      { numRuns: 2000 },
    )
    expect(await echo.echo('still here')).toBe('still here')
    await system.stop()
  })
})
