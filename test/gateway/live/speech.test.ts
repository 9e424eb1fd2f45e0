import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MailboxFull, ServiceFailure } from '../../../src/base/failures.js'
import { readGatewayFrame } from '../../../src/client/protocol/frame-reading.js'
import { Speech } from '../../../src/gateway/live/speech.js'
import { recordingLog } from '../../actors/evidence.js'

/** A speech, and what a client reads of it. */
function start() {
  const log = recordingLog()
  // biome-ignore lint/suspicious/noExplicitAny: tests look into frames of every form
  const heard: any[] = []
  const handles = { write: () => undefined, read: () => ({}) }
  const speech = new Speech({ send: (text) => void heard.push(readGatewayFrame(text)) }, handles, log)
  return { speech, heard, log }
}

describe('Speech', () => {
  it.for([
    ['data', { data: 'x'.repeat(2 ** 20) }],
    ['details', { details: 'é'.repeat(2 ** 20) }],
    ['an origin', { origin: 'x'.repeat(2 ** 20) }],
  ] as const)('says what there is room for of a failure with %s for more than one message', ([, facts]) => {
    const { speech, heard } = start()
    const failure = new ServiceFailure('TooMuch', 57, 'Application Error', { delivered: 'yes', ...facts })
    speech.fail(1, failure)
    speech.endWith(2, failure)
    const told = { code: 'TooMuch', error: 57, delivered: 'yes', details: expect.stringContaining('was left out') }
    expect(heard).toMatchObject([
      { kind: 'failure', id: 1, failure: told },
      { kind: 'end', id: 2, failure: told },
    ])
    expect(heard[0].failure.data).toBeUndefined()
  })

  it('says a failure that fits as it is', () => {
    const { speech, heard } = start()
    speech.fail(1, new MailboxFull({ details: 'later' }))
    speech.endWith(2, new ServiceFailure('Odd', 0, 'Oddity', { data: new Map([[1, 'x'.repeat(2 ** 19)]]) }))
    expect(heard).toMatchObject([
      { failure: { code: 'ERR_MAILBOX_FULL', error: 51, details: 'later', delivered: 'no' } },
      { failure: { code: 'Odd', error: 0, data: { $: ['map', [[1, 'x'.repeat(2 ** 19)]]] } } },
    ])
  })

  it('says no failure that a client does not take, whatever it was made of', () => {
    const odd = fc.oneof(fc.anything(), fc.constantFrom(-1, Number.NaN, 1.5, 2 ** 60, 'text', undefined, null, 5n))
    fc.assert(
      fc.property(fc.record({ code: odd, error: odd, description: odd, origin: odd, details: odd, delivered: odd }), (fields) => {
        const { speech, heard } = start()
        speech.fail(1, Object.assign(new ServiceFailure('Odd', 1, ''), fields))
        expect(heard[0].fault).toBeUndefined()
      }),
    )
  })

  it('tells nothing of what is no failure of a call, which it logs', () => {
    const { speech, heard, log } = start()
    speech.fail(1, new Error('secret'))
    expect(heard).toMatchObject([{ failure: { code: 'ERR_APPLICATION', error: 57 } }])
    expect([JSON.stringify(heard).includes('secret'), log.records.length]).toEqual([false, 1])
  })
})
