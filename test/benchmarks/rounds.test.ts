import { describe, expect, it } from 'vitest'
import type { Report } from '../../benchmarks/harness/protocol.js'
import { runRounds } from '../../benchmarks/harness/rounds.js'
import { workloadOf } from './sample-result.js'

const sample: Report = { kind: 'sample', sample: 1 }

describe('runRounds()', () => {
  it('interleaves the subjects', async () => {
    const asked: string[] = []
    await runRounds(workloadOf('a', 'b'), 3, async (_, subject, round) => {
      asked.push(`${subject}${round}`)
      return sample
    })
    expect(asked).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2'])
  })

  it('asks a subject that is absent or failed no more', async () => {
    const asked: string[] = []
    const { subjects } = await runRounds(workloadOf('a', 'b', 'c'), 2, async (_, subject, round) => {
      asked.push(`${subject}${round}`)
      if (subject === 'b') return { kind: 'absent', reason: 'not here' }
      return subject === 'c' && round === 1 ? { kind: 'failed', reason: 'broke' } : sample
    })
    expect(asked).toEqual(['a0', 'b0', 'c0', 'a1', 'c1'])
    expect(subjects).toEqual([
      { kind: 'measured', name: 'a', samples: [1, 1] },
      { kind: 'absent', name: 'b', reason: 'not here' },
      { kind: 'failed', name: 'c', reason: 'broke' },
    ])
  })
})
