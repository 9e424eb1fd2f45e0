/** One life of a process. As the writer of its logs it is called their *origin*. */
export interface ProcessName {
  /** 128 bits, as 32 lower-case hexadecimal characters. */
  readonly id: string
  /** 48 bits; of two lives with one id the one with the higher number is the later. */
  readonly incarnation: number
}

const ID = /^[0-9a-f]{32}$/
const INCARNATIONS = 2 ** 48

/** Tells whether a name is well formed. */
export function isProcessName({ id, incarnation }: ProcessName): boolean {
  return ID.test(id) && Number.isInteger(incarnation) && incarnation >= 0 && incarnation < INCARNATIONS
}
