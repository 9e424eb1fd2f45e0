import { type Binding, factsOf } from '../../../actors/kernel/binding.js'
import type { Announcement, Received } from '../../../actors/report-type.js'
import { thrownText } from '../../../base/thrown.js'
import type { Logger } from '../../../base/world.js'
import { printJson } from '../../values/plain-json.js'
import type { Offering } from '../offering.js'

/** What is printed of an item; `undefined`: it is not for this client. */
export type Print = (item: unknown) => string | undefined

/** Reports as JSON, in the nearest form there is. */
export function reportPrinter(offering: Offering, log: Logger): Print {
  let lost = 0
  return (item) => {
    const { publisher, subject, pattern, content, retained, missed } = item as Received
    if (!offering.includes(publisher, publisher.address)) return undefined
    const { id, name } = publisher
    try {
      const data = printJson({ subject, content, retained, missed: missed + lost, pattern, publisher: { id, name } })
      lost = 0
      return data
    } catch (error) {
      lost += missed + 1
      log.warn(`gateway: a report "${subject}" cannot be told as JSON: ${thrownText(error)}`)
      return undefined
    }
  }
}

/** Announcements as JSON. */
export function announcementPrinter(offering: Offering): Print {
  return (item) => {
    const { binding, ...rest } = item as Announcement
    const facts = factsOf(binding as unknown as Binding)
    const leaves = rest.kind === 'group' && rest.status === 'withdrawn' ? { ...facts, groups: [...facts.groups, rest.group] } : facts
    if (!offering.includes(leaves, binding.address)) return undefined
    const { id, name, groups } = binding
    return printJson({ ...rest, binding: { id, name, groups } })
  }
}
