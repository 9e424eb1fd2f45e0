import type { ContractSpec, ReportSpec } from '../../actors/contract.js'
import type { Cell } from '../../actors/kernel/cell.js'
import { quote } from '../../actors/quote.js'
import { type Schema, schemaIssues } from '../../actors/schema.js'
import { printIssues } from '../../actors/turns/methods.js'
import { checkSubject, isPattern, matchSubject } from '../subject.js'

/** What a contract says about one subject. */
interface Rule {
  /** Those that the value must fit: of the exact key, else of every pattern that matches. */
  readonly schemas: readonly Schema[]
  readonly lifetimeMs: number
}

const FREE: Rule = { schemas: [], lifetimeMs: 0 }
/** Subjects whose rules are remembered for a contract. */
const MAX_KNOWN = 1000

const known = new WeakMap<ContractSpec, Map<string, Rule>>()

/**
 * The rule for a subject that a cell publishes.
 *
 * @throws TypeError for what is no subject, or none of the contract
 */
export function ruleFor(cell: Cell, subject: unknown, action: string): Rule {
  const contract = cell.spec.definition.contract
  const spec = contract?.['~spec']
  if (spec === undefined) {
    checkSubject(subject, action)
    return FREE
  }
  const rules = known.get(spec) ?? new Map<string, Rule>()
  known.set(spec, rules)
  const rule = rules.get(subject as string)
  if (rule !== undefined) return rule
  const made = makeRule(spec, checkSubject(subject, action))
  if (made === undefined) {
    const subjects = Object.keys(spec.reports).join(', ') || 'none'
    throw new TypeError(`${action}: contract "${contract?.name}" has no report ${quote(subject)}; it has ${subjects}`)
  }
  if (rules.size >= MAX_KNOWN) rules.clear()
  rules.set(subject as string, made)
  return made
}

function makeRule(spec: ContractSpec, subject: string): Rule | undefined {
  const reports = specsFor(spec, subject)
  if (reports.length === 0) return undefined
  return { schemas: reports.map(({ schema }) => schema), lifetimeMs: reports[0]?.lifetimeMs ?? 0 }
}

function specsFor({ reports }: ContractSpec, subject: string): readonly ReportSpec[] {
  const exact = Object.hasOwn(reports, subject) ? reports[subject] : undefined
  if (exact !== undefined) return [exact]
  return Object.entries(reports).flatMap(([key, spec]) => (isPattern(key) && matchSubject(key, subject) ? spec : []))
}

/** @throws TypeError that names what does not fit */
export function checkValue(rule: Rule, subject: string, value: unknown, action: string): void {
  for (const schema of rule.schemas) {
    const issues = schemaIssues(schema, value)
    if (issues.length > 0) throw new TypeError(`${action} of ${quote(subject)}: ${printIssues('value', issues)}`)
  }
}
