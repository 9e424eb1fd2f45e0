import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { Gathering } from '../../../../src/gateway/live/sockets/gathering.js'

/** A stream that notes what leaves together, and jobs that run when the test says so. */
function start() {
  const left: number[][] = []
  const jobs: (() => void)[] = []
  const stream = new Writable({
    writev(chunks, done) {
      left.push(chunks.map(({ chunk }) => (chunk as Buffer).length))
      done()
    },
  })
  const gathering = new Gathering(stream, { macrotask: (run) => void jobs.push(run) })
  const write = (bytes: number): void => {
    gathering.begin()
    stream.write(Buffer.alloc(bytes))
    gathering.check()
  }
  const turn = (): void => {
    for (const run of jobs.splice(0)) run()
  }
  return { left, jobs, stream, write, turn }
}

describe('Gathering', () => {
  it('lets leave together what was written before the event loop has had a turn', () => {
    const { left, jobs, write, turn } = start()
    write(1)
    write(2)
    expect(left).toEqual([])
    turn()
    write(3)
    expect(left).toEqual([[1, 2]])
    turn()
    expect(left).toEqual([[1, 2], [3]])
    expect(jobs).toEqual([])
  })

  it('holds no more than 16 KiB, and awaits one turn for all', () => {
    const { left, jobs, write, turn } = start()
    write(10)
    write(2 ** 14)
    expect(left).toEqual([[10, 2 ** 14]])
    write(5)
    expect(jobs).toHaveLength(1)
    turn()
    expect(left).toEqual([[10, 2 ** 14], [5]])
  })

  it('holds back nothing of a stream that ends', () => {
    const { left, stream, write, turn } = start()
    write(1)
    stream.end()
    expect(left).toEqual([[1]])
    turn()
    expect(left).toEqual([[1]])
  })
})
