import type { Report } from '../../actors/kernel/ports.js'
import type { Handles } from '../../client/protocol/rich-limits.js'
import { writeRich } from '../../client/protocol/rich-writing.js'

/**
 * What is the same of a report for all clients of a mount, printed once.
 *
 * - **Ownership**: a text is kept as long as somebody holds its report.
 */
export class ReportTexts {
  readonly #texts = new WeakMap<Report, string>()

  /**
   * Members of a JSON object: subject, content, whether it was retained.
   *
   * @throws RichError for content that has no form
   */
  membersOf(report: Report, handles: Handles): string {
    const known = this.#texts.get(report)
    if (known !== undefined) return known
    const { subject, value, kind } = report
    let isPersonal = false
    const write = (one: object): unknown => {
      const note = handles.write(one)
      if (note !== undefined) isPersonal = true
      return note
    }
    const content = JSON.stringify(writeRich(value, { ...handles, write }, 'content'))
    const text = `"subject":${JSON.stringify(subject)},"content":${content},"retained":${kind === 'retained'}`
    // An actor within it is handed to each client.
    if (!isPersonal) this.#texts.set(report, text)
    return text
  }
}
