import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { abroadKey, type ThreadKey } from '../../../src/base/ids.js'
import { EXCHANGE_PORT, type ExchangePort } from '../../../src/router/exchange-port.js'
import { readMail, writeMail } from '../../../src/runtime/abroad/mail.js'
import { createSystem } from '../../../src/runtime/create-system.js'
import { nodeWorld } from '../../../src/runtime/node-world.js'

const { text } = nodeWorld({ hold: () => undefined })
const PROCESS = 'a'.repeat(32)
const THERE = abroadKey({ thread: '0' as ThreadKey, process: PROCESS, group: '' })
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

describe('mail of other processes', () => {
  it('is the inverse of what is written', () => {
    const bytes = Uint8Array.of(2, 0, 0, 0, 7, 8)
    const batch = { received: 3, receivedBytes: 400, bytes, attachments: [] }
    const mail = writeMail({ sender: 5, receiver: 6, number: 7 }, batch, text)
    expect(readMail(mail, text)).toEqual({ sender: 5, receiver: 6, number: 7, batch })
  })

  it('can hold anything: what cannot be read ends its connection, and the system goes on', async () => {
    const system = await createSystem({ threads: 0, log: quiet })
    const port = (system as unknown as { readonly [EXCHANGE_PORT]: ExchangePort })[EXCHANGE_PORT]
    port.carrier = { carry: () => undefined, threadEnded: () => undefined }
    port.reach({ process: PROCESS, group: '' }, true)
    const frame = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Uint8Array.of(bytes.length, 0, 0, 0, ...bytes))
    const body = fc.array(frame, { maxLength: 4 }).map((frames) => Uint8Array.from(frames.flatMap((one) => [...one])))
    let epoch = 0
    fc.assert(
      fc.property(fc.oneof(body, fc.uint8Array({ maxLength: 100 })), (bytes) => {
        const mail = writeMail({ sender: ++epoch, receiver: 0, number: 1 }, { received: 0, receivedBytes: 0, bytes, attachments: [] }, text)
        expect(port.deliver(THERE, '0' as ThreadKey, mail)).toBe(true)
        expect(port.deliver(THERE, '0' as ThreadKey, bytes)).toBe(true)
      }),
      { numRuns: 2000 },
    )
    await system.stop()
  })
})
