// Plain JavaScript, because the rivals' workers import it: under Node 20 tsx does not reach into threads that it did not start.

/**
 * The value of the message number `index`; cheap, and the same in Erlang (rivals/erlang).
 *
 * @param {number} seed
 * @param {number} index
 */
export function valueAt(seed, index) {
  return (seed + index * 31) & 1023
}

/**
 * What `change` makes of all values of a run, added up.
 *
 * @param {number} size
 * @param {number} seed
 * @param {(value: number) => number} [change]
 */
export function sumOf(size, seed, change = (value) => value) {
  let sum = 0
  for (let i = 0; i < size; i++) sum += change(valueAt(seed, i))
  return sum
}
