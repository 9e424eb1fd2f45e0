import { DecodeError } from './errors.js'
import type { Limits } from './limits.js'
import { Refusal } from './refusal.js'

const DECIMAL_PER_HEX = Math.log10(16)

/** The hexadecimal text of a bigint, once its size is permitted. */
export function bigintText(value: bigint, limits: Limits): string {
  const text = value.toString(16)
  if (digits(text) > limits.bigintDigits) throw new Refusal(`is a bigint of more than ${limits.bigintDigits} digits`)
  return text
}

/** Inverse of `bigintText`. */
export function bigintOf(text: string, limits: Limits): bigint {
  if (digits(text) > limits.bigintDigits) throw new DecodeError(`a bigint has more than ${limits.bigintDigits} digits`)
  if (!/^-?[0-9a-f]+$/.test(text)) throw new DecodeError('a bigint is not hexadecimal')
  return text.startsWith('-') ? -BigInt(`0x${text.slice(1)}`) : BigInt(`0x${text}`)
}

/** The least number of decimal digits that hexadecimal text of this length has. */
function digits(text: string): number {
  return Math.floor((text.length - (text.startsWith('-') ? 2 : 1)) * DECIMAL_PER_HEX) + 1
}

/** A function, a symbol, or whatever else a later edition of the language adds. */
export function refuseScalar(value: unknown): Refusal {
  if (typeof value === 'function')
    return new Refusal('is a function; send data, or a Remote of a service that has the function as a method')
  return new Refusal(`is a ${typeof value}; send a string`)
}
