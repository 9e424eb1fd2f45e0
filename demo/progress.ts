/** Showing how far a pass is: a bar on a terminal, a line now and then elsewhere. */

import type { WriteStream } from 'node:tty'

const BAR_WIDTH = 30
const TERMINAL_INTERVAL_MS = 50
const LINE_INTERVAL_MS = 3000

export class Progress {
  readonly #out: WriteStream
  readonly #label: string
  readonly #totalBytes: number
  readonly #startMs = performance.now()
  #doneBytes = 0
  #shownMs: number

  constructor(out: WriteStream, label: string, totalBytes: number) {
    this.#out = out
    this.#label = label
    this.#totalBytes = totalBytes
    this.#shownMs = out.isTTY ? 0 : this.#startMs
  }

  add(bytes: number): void {
    this.#doneBytes += bytes
    const nowMs = performance.now()
    if (nowMs - this.#shownMs < (this.#out.isTTY ? TERMINAL_INTERVAL_MS : LINE_INTERVAL_MS)) return
    this.#shownMs = nowMs
    this.#show()
  }

  /** Leaves one line for the pass. */
  end(): void {
    const seconds = (performance.now() - this.#startMs) / 1000
    this.#write(`${this.#label}: ${seconds.toFixed(2)} s`, true)
  }

  #show(): void {
    const share = this.#doneBytes / this.#totalBytes
    const filled = Math.round(share * BAR_WIDTH)
    const bar = this.#out.isTTY ? `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ` : ''
    this.#write(`${this.#label}: ${bar}${Math.floor(share * 100)} %`, !this.#out.isTTY)
  }

  #write(line: string, ends: boolean): void {
    this.#out.write(`${this.#out.isTTY ? '\r\x1b[2K' : ''}${line}${ends ? '\n' : ''}`)
  }
}
