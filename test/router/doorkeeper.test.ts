import { describe, expect, it } from 'vitest'
import { Doorkeeper } from '../../src/router/doorkeeper.js'

describe('Doorkeeper', () => {
  it('knows() what was asked for before', () => {
    const keeper = new Doorkeeper(64)
    expect(keeper.knows('a')).toBe(false)
    expect(keeper.knows('a')).toBe(true)
    expect(keeper.knows('')).toBe(false)
    expect(keeper.knows('')).toBe(true)
  })

  it('knows() nothing of what many others have followed', () => {
    const keeper = new Doorkeeper(64)
    const asked = Array.from({ length: 4096 }, (_, i) => `subject.${i}`)
    expect(asked.filter((one) => keeper.knows(one))).toEqual([])
    expect(asked.slice(0, 1024).filter((one) => keeper.knows(one))).toEqual([])
  })

  it('knows() nearly all of a few texts the second time', () => {
    const keeper = new Doorkeeper(4096)
    const asked = Array.from({ length: 200 }, (_, i) => `subject.${i}`)
    for (const one of asked) keeper.knows(one)
    expect(asked.filter((one) => keeper.knows(one)).length).toBeGreaterThan(180)
  })
})
