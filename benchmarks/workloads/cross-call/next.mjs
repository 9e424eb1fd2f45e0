/**
 * What is called in the other thread.
 *
 * @param {number} value
 */
export function next(value) {
  return value + 1
}
