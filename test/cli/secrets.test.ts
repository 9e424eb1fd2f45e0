import { expect, it } from 'vitest'
import { parseSecrets } from '../../src/cli/secrets.js'

it('parseSecrets() takes a line for a secret, blanks and all, and a second one for an older one', () => {
  expect(parseSecrets('one')).toEqual(['one'])
  expect(parseSecrets(' new one \r\nold\n')).toEqual([' new one ', 'old'])
})

it('parseSecrets() says why a file will not do', () => {
  expect(parseSecrets('\n\n')).toBe('is empty: put the secret into it')
  expect(parseSecrets('a\nb\nc\n')).toContain('has 3 lines: give')
})
