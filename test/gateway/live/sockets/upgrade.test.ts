import { Duplex } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { problem } from '../../../../src/gateway/http/answer.js'
import { refuseUpgrade } from '../../../../src/gateway/live/sockets/upgrade.js'

/** A connection whose other side takes nothing. */
class StuckSocket extends Duplex {
  late: () => void = () => undefined
  override _read(): void {
    // Nothing comes.
  }
  override _write(): void {
    // Nothing leaves.
  }
  setTimeout(_limitMs: number, late: () => void): void {
    this.late = late
  }
}

describe('refuseUpgrade()', () => {
  it('does not wait for ever for a client to take it', () => {
    const socket = new StuckSocket()
    refuseUpgrade(socket, problem(403, 'no'))
    expect(socket.destroyed).toBe(false)
    socket.late()
    expect(socket.destroyed).toBe(true)
  })
})
