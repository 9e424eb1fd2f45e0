/**
 * @typedef {import('./command.mjs').Outcome} Outcome
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {() => Promise<Outcome | { ok: true, reason: string }>} run
 */

/** @param {number} sinceMs */
const elapsed = (sinceMs) => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`

/**
 * Runs one step, printing a line when it begins and one when it ends, with its output when it failed.
 *
 * @param {Step} step
 */
export async function runStep({ name, run }) {
  const startMs = performance.now()
  console.log(`  ..    ${name}`)
  const outcome = await run()
  const note = outcome.ok && outcome.reason === 'exit code 0' ? '' : ` (${outcome.reason})`
  console.log(`  ${outcome.ok ? 'ok   ' : 'FAIL '} ${name}, ${elapsed(startMs)}${note}`)
  const output = 'stdout' in outcome ? `${outcome.stdout}${outcome.stderr}`.trimEnd() : ''
  if (output && (!outcome.ok || /\bwarning\b/i.test(output))) console.log(output.replace(/^/gm, '        '))
  return outcome.ok
}

/**
 * Runs all steps, a few at a time, whatever fails, and resolves with the names of those that failed.
 *
 * @param {readonly Step[]} steps
 * @param {{ atOnce?: number }} [options]
 */
export async function runSteps(steps, { atOnce = 1 } = {}) {
  const waiting = [...steps]
  /** @type {string[]} */
  const failed = []
  const worker = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) if (!(await runStep(step))) failed.push(step.name)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return failed
}

/**
 * Keeps the steps that the command line names; all when it names none.
 *
 * @param {readonly Step[]} steps
 * @param {readonly string[]} names
 */
export function chooseSteps(steps, names) {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name))
  if (unknown.length > 0) {
    console.error(`Cannot run "${unknown.join('", "')}": the steps are ${steps.map((step) => step.name).join(', ')}`)
    process.exit(2)
  }
  return names.length > 0 ? steps.filter((step) => names.includes(step.name)) : steps
}
