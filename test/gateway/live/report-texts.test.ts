import { describe, expect, it } from 'vitest'
import type { Binding } from '../../../src/actors/kernel/binding.js'
import type { Report } from '../../../src/actors/kernel/ports.js'
import { type Handles, RichError } from '../../../src/client/protocol/rich-limits.js'
import { ReportTexts } from '../../../src/gateway/live/report-texts.js'

/** An object that stands for an actor. */
const ACTOR = { actor: true }

function reportOf(value: unknown, kind: Report['kind'] = 'published'): Report {
  return { publisher: {} as Binding, subject: 'load."cpu"', value, kind }
}

/** Handles of one client, which counts the objects that it is asked about. */
function clientHandles(name: string) {
  const asked: unknown[] = []
  const write = (value: object): unknown => {
    asked.push(value)
    return value === ACTOR ? name : undefined
  }
  const handles: Handles = { write, read: () => undefined }
  return { handles, asked }
}

describe('ReportTexts', () => {
  it('membersOf() prints a report once for all clients, another one again', () => {
    const texts = new ReportTexts()
    const [one, two] = [clientHandles('one'), clientHandles('two')]
    const value = { n: 1 }
    const report = reportOf(value)
    const text = texts.membersOf(report, one.handles)
    expect(JSON.parse(`{${text}}`)).toEqual({ subject: 'load."cpu"', content: { n: 1 }, retained: false })
    expect(texts.membersOf(report, two.handles)).toBe(text)
    expect([one.asked, two.asked]).toEqual([[value], []])
    expect(JSON.parse(`{${texts.membersOf(reportOf(value, 'retained'), two.handles)}}`)).toMatchObject({ retained: true })
    expect(two.asked).toEqual([value])
  })

  it('membersOf() prints for each client what holds an actor', () => {
    const texts = new ReportTexts()
    const report = reportOf([ACTOR])
    const contents = ['one', 'two'].map((name) => JSON.parse(`{${texts.membersOf(report, clientHandles(name).handles)}}`).content)
    expect(contents).toEqual([[{ $: ['remote', 'one'] }], [{ $: ['remote', 'two'] }]])
  })

  it('membersOf() throws for each client what has no form', () => {
    const texts = new ReportTexts()
    const report = reportOf(new DataView(new ArrayBuffer(1)))
    for (const name of ['one', 'two']) expect(() => texts.membersOf(report, clientHandles(name).handles)).toThrow(RichError)
  })
})
