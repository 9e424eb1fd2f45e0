import { expect, it } from 'vitest'
import { printListenFailure } from '../../src/cli/listen-failures.js'

it('printListenFailure() says what to do where it is known', () => {
  const failure = (code: string) => Object.assign(new Error(`listen ${code}`), { code })
  expect(printListenFailure('tcp://h:1', failure('EADDRINUSE'))).toBe(
    'cannot listen at tcp://h:1: it is in use; give another address, or end whoever listens there',
  )
  expect(printListenFailure('tcp://h:1', failure('EOTHER'))).toBe('cannot listen at tcp://h:1: listen EOTHER')
})
