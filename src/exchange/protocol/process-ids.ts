/** Bytes of the id of a process, which is 32 hexadecimal digits elsewhere. */
export const PROCESS_ID_BYTES = 16
const ROWS = 256
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

interface Known {
  readonly id: string
  readonly bytes: Uint8Array
}

/**
 * Ids of processes as frames name them, each made once: whoever is named in every frame costs neither a string nor its hash.
 *
 * - **Bounds**: keeps the last id for each of 256 first bytes; others are made anew.
 */
export class ProcessIds {
  readonly #rows: (Known | undefined)[] = new Array(ROWS)

  read(bytes: Uint8Array, at: number): string {
    const first = bytes[at] as number
    const row = this.#rows[first]
    if (row !== undefined && isAt(row.bytes, bytes, at)) return row.id
    const known = { id: hexOf(bytes, at), bytes: bytes.slice(at, at + PROCESS_ID_BYTES) }
    this.#rows[first] = known
    return known.id
  }

  write(id: string, bytes: Uint8Array, at: number): void {
    const first = byteOf(id, 0)
    const row = this.#rows[first]
    if (row?.id === id) return bytes.set(row.bytes, at)
    const known = { id, bytes: processIdBytes(id) }
    this.#rows[first] = known
    bytes.set(known.bytes, at)
  }
}

export function processIdBytes(id: string): Uint8Array {
  return Uint8Array.from({ length: PROCESS_ID_BYTES }, (_, i) => byteOf(id, i))
}

export function processIdOf(bytes: Uint8Array): string {
  return hexOf(bytes, 0)
}

function byteOf(id: string, i: number): number {
  return Number.parseInt(id.slice(i * 2, i * 2 + 2), 16)
}

function hexOf(bytes: Uint8Array, at: number): string {
  let id = ''
  for (let i = 0; i < PROCESS_ID_BYTES; i++) id += HEX[bytes[at + i] as number]
  return id
}

function isAt(known: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < PROCESS_ID_BYTES; i++) if (known[i] !== bytes[at + i]) return false
  return true
}
