import { describe, expect, it } from 'vitest'
import { newClaim } from '../../../src/runtime/offload/claim.js'
import type { TaskJob } from '../../../src/runtime/offload/task-job.js'
import { TaskPool, type TaskWorkers } from '../../../src/runtime/offload/task-pool.js'
import type { TaskOrder, TaskReply } from '../../../src/runtime/offload/workers/task-entry.js'
import { failureOf, outcomeOf } from '../../actors/evidence.js'

const PARCEL = { bytes: new Uint8Array(), attachments: [] }
const REPLY: TaskReply = { kind: 'value', parcel: PARCEL }

function order(name: string): TaskOrder {
  return { key: name, name, moduleUrl: 'file:///tasks.js', isolated: false, apart: false, args: PARCEL, loaderUrls: [], loadMs: 1 }
}

const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/** Workers that do what they are told, and say what they were given. */
function makeWorkers() {
  const running = new Map<string, { readonly job: TaskJob; answer(): void; die(cause?: unknown): void }>()
  let lose: (cause?: unknown) => void = () => undefined
  const workers: TaskWorkers & { count: number; closed: boolean } = {
    count: 0,
    closed: false,
    run: (job) =>
      new Promise((resolve, reject) => {
        const { name } = job.order
        workers.count++
        const end = (how: () => void) => (): void => {
          running.delete(name)
          how()
        }
        job.signal.addEventListener(
          'abort',
          end(() => reject(new Error('aborted'))),
        )
        running.set(name, { job, answer: end(() => resolve(REPLY)), die: end(() => reject(new Error('died'))) })
      }),
    close: async () => {
      workers.closed = true
    },
  }
  return {
    workers,
    running,
    lose: (cause?: unknown) => {
      workers.count--
      lose(cause)
    },
    open: async (onLoss: (cause?: unknown) => void) => {
      lose = onLoss
      return workers
    },
  }
}

function makePool(size: number, capacity = 3) {
  const made = makeWorkers()
  const scheduler = { macrotask: (run: () => void) => void setImmediate(run) }
  const pool = new TaskPool({ what: 'thread', size, capacity, open: made.open, scheduler })
  return { ...made, pool }
}

describe('TaskPool', () => {
  it('submit() hands tasks to workers in order, no more at a time than there may be workers', async () => {
    const { pool, running } = makePool(2)
    const jobs = ['a', 'b', 'c', 'd'].map((name) => pool.submit(order(name)))
    await settle()
    expect([...running.keys()]).toEqual(['a', 'b'])
    running.get('b')?.answer()
    expect(await jobs[1]?.reply).toBe(REPLY)
    await settle()
    expect([...running.keys()]).toEqual(['a', 'c'])
    running.get('a')?.answer()
    await settle()
    expect([...running.keys()]).toEqual(['c', 'd'])
  })

  it('submit() refuses a task when as many wait as may', async () => {
    const { pool, running } = makePool(1, 2)
    for (const name of ['a', 'b', 'c']) pool.submit(order(name))
    expect(() => pool.submit(order('d'))).toThrow(expect.objectContaining({ code: 'ERR_MAILBOX_FULL', delivered: 'no' }))
    await settle()
    running.get('a')?.answer()
    await settle()
    pool.submit(order('d'))
    expect(() => pool.submit(order('e'))).toThrow('task.e() was refused: 2 tasks wait for their turn already; await some')
  })

  it('cancel() of a task that waits takes it out, and says that it never ran', async () => {
    const { pool, running } = makePool(1)
    const [a, b] = [pool.submit(order('a')), pool.submit(order('b'))]
    await settle()
    expect(pool.cancel(b)).toBe(true)
    expect(await failureOf(b.reply)).toMatchObject({ code: 'ERR_REQUEST_ABORTED', delivered: 'no' })
    running.get('a')?.answer()
    await a.reply
    await settle()
    expect([...running.keys()]).toEqual([])
    expect(pool.cancel(b)).toBe(true)
  })

  it('cancel() of a task that has begun ends its worker, and the next one begins', async () => {
    const { pool, running } = makePool(1)
    const [a] = [pool.submit(order('a')), pool.submit(order('b'))]
    await settle()
    expect(a?.handed().order.name).toBe('a')
    expect(pool.cancel(a as TaskJob)).toBe(false)
    expect(await failureOf((a as TaskJob).reply)).toMatchObject({ code: 'ERR_REQUEST_ABORTED', delivered: 'maybe' })
    await settle()
    expect([...running.keys()]).toEqual(['b'])
  })

  it('a task whose claim another thread has given up does not begin', async () => {
    const { pool } = makePool(1)
    const claim = newClaim()
    Atomics.store(claim, 0, 2)
    const job = pool.submit(order('a'), claim)
    expect(() => job.handed().order).toThrow('given up')
    expect(job.begun).toBe(false)
  })

  it('a worker that dies fails the task that it ran, and the next one begins', async () => {
    const { pool, running } = makePool(1)
    const [a] = [pool.submit(order('a')), pool.submit(order('b'))]
    await settle()
    void a?.handed().order
    running.get('a')?.die()
    expect(await failureOf((a as TaskJob).reply)).toMatchObject({
      code: 'ERR_SERVICE_WITHDRAWN',
      delivered: 'maybe',
      message: 'task.a(): its thread ended before it answered: died',
    })
    await settle()
    expect([...running.keys()]).toEqual(['b'])
  })

  it('a worker that dies before it has taken a task fails the oldest that none has taken', async () => {
    const { pool, lose } = makePool(3)
    const jobs = ['a', 'b', 'c'].map((name) => pool.submit(order(name)))
    await settle()
    void jobs[0]?.handed().order
    lose()
    lose(new Error('no memory'))
    await settle()
    await settle()
    for (const job of jobs.slice(1)) {
      expect(await failureOf(job.reply)).toMatchObject({
        code: 'ERR_SERVICE_UNAVAILABLE',
        delivered: 'no',
        message: expect.stringContaining('no thread could be started for it: no memory'),
      })
    }
    expect(outcomeOf((jobs[0] as TaskJob).reply).state).toBe('pending')
  })

  it('a worker that nobody needs may go', async () => {
    const { pool, running, lose } = makePool(2)
    const [a, b] = [pool.submit(order('a')), pool.submit(order('b'))]
    await settle()
    running.get('a')?.answer()
    await a?.reply
    lose()
    await settle()
    running.get('b')?.answer()
    expect(await b?.reply).toBe(REPLY)
  })

  it('close() ends what runs, does not run what waits, and closes the workers', async () => {
    const { pool, workers } = makePool(1)
    const [a, b] = [pool.submit(order('a')), pool.submit(order('b'))]
    await settle()
    void a?.handed().order
    await pool.close()
    expect(await failureOf((a as TaskJob).reply)).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
    expect(await failureOf((b as TaskJob).reply)).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
    expect(workers.closed).toBe(true)
    expect(() => pool.submit(order('c'))).toThrow(expect.objectContaining({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' }))
  })

  it('close() of a pool that ran nothing opens nothing', async () => {
    const { pool, workers } = makePool(1)
    await pool.close()
    expect(workers.closed).toBe(false)
  })

  it('workers that do not open fail the task with their error; the next one tries again', async () => {
    const { open } = makeWorkers()
    let opened = 0
    const pool = new TaskPool({
      what: 'thread',
      size: 1,
      capacity: 3,
      open: async (onLoss) => {
        if (opened++ === 0) throw new Error('not installed')
        return await open(onLoss)
      },
      scheduler: { macrotask: (run) => void setImmediate(run) },
    })
    expect(await failureOf(pool.submit(order('a')).reply)).toMatchObject({ message: 'not installed' })
    const next = pool.submit(order('b'))
    await settle()
    expect([opened, outcomeOf(next.reply).state]).toEqual([2, 'pending'])
  })
})
