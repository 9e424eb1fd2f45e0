import { describe, expect, it } from 'vitest'
import { Attendance } from '../../src/gateway/attendance.js'

/** A call that notes why it was given up. */
function noted(into: string[], name: string) {
  return { leave: (reason: unknown) => void into.push(`${name}: ${reason}`) }
}

describe('Attendance', () => {
  it('dismiss() ends the calls of those who are there, whoever has left in between', () => {
    const attendance = new Attendance()
    const left: string[] = []
    const [first, second, third] = ['first', 'second', 'third'].map((name) => {
      const departure = attendance.enter()
      departure.add(noted(left, name))
      return departure
    })
    if (first !== undefined && third !== undefined) for (const one of [first, third]) attendance.exit(one)
    attendance.dismiss('closing')
    expect(left).toEqual(['second: closing'])
    second?.leave('again')
    expect(left).toEqual(['second: closing'])
  })

  it('quiet() resolves at once when nobody is there, else when the last has left', async () => {
    const attendance = new Attendance()
    await attendance.quiet()
    const one = attendance.enter()
    const other = attendance.enter()
    let isQuiet = false
    const quiet = attendance.quiet().then(() => {
      isQuiet = true
    })
    attendance.exit(one)
    await Promise.resolve()
    expect(isQuiet).toBe(false)
    attendance.exit(other)
    await quiet
    expect(isQuiet).toBe(true)
  })

  it('a call of somebody who has left already is given up at once', () => {
    const left: string[] = []
    const departure = new Attendance().enter()
    departure.leave('gone')
    departure.add(noted(left, 'late'))
    expect(left).toEqual(['late: gone'])
  })
})
