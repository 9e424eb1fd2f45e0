/** Runs one subject of one workload, as its parent ordered, and reports a sample. */
import { exit } from 'node:process'
import { effortFor, sampleOf } from './harness/measure.js'
import type { Order, Report } from './harness/protocol.js'
import { AbsentRival } from './harness/workload.js'
import { findWorkload } from './workloads/catalogue.js'

async function obey(order: Order): Promise<Report> {
  const workload = findWorkload(order.workload)
  const load = workload.subjects[order.subject]
  if (load === undefined) return { kind: 'failed', reason: `"${order.workload}" has no subject "${order.subject}"` }
  const effort = effortFor(workload, order.quick)
  try {
    const { start } = await load()
    const session = await start({ size: effort.size, width: workload.width })
    const sample = await sampleOf(workload, session, effort, order.seed)
    await session.close()
    return { kind: 'sample', sample }
  } catch (error) {
    if (error instanceof AbsentRival) return { kind: 'absent', reason: error.message }
    return { kind: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

const report = await obey(JSON.parse(process.argv[2] ?? '') as Order)
// Exits by itself, because rivals leave threads and timers behind.
process.send?.(report, () => exit(0))
