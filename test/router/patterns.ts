import fc from 'fast-check'

/** Of few characters, so that patterns and subjects meet often; one of them takes two UTF-16 units. */
export const subjects = fc.string({ unit: fc.constantFrom('a', 'b', '.', '😀'), maxLength: 8 })

export const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '.', '😀', '*', '?'), maxLength: 7 })

/** What `matchSubject` should say. */
export function plainMatch(pattern: string, subject: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}/-]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
  return new RegExp(`^${source}$`, 'su').test(subject)
}
