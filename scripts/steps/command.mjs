import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The folder of package.json; every command runs there. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * @typedef {object} Outcome
 * @property {boolean} ok It ended by itself with exit code 0.
 * @property {string} reason How it ended, in words.
 * @property {string} stdout
 * @property {string} stderr
 *
 * @typedef {object} CommandOptions
 * @property {number} [limitMs] It is killed after this long.
 * @property {boolean} [echo] Its output goes to the terminal instead of into the outcome.
 * @property {NodeJS.ProcessEnv} [env] Added to the environment.
 */

/**
 * Runs a program and resolves with how it ended; it never rejects, and never waits past its limit, even when a
 * grandchild keeps the output open.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<Outcome>}
 */
function runCommand(file, args, { limitMs = 600_000, echo = false, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, stdio: echo ? 'inherit' : ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
    const output = { stdout: '', stderr: '' }
    /** @type {(ok: boolean, reason: string) => void} */
    const end = (ok, reason) => {
      clearTimeout(limit)
      child.stdout?.destroy()
      child.stderr?.destroy()
      resolve({ ok, reason, ...output })
    }
    const limit = setTimeout(() => {
      child.kill('SIGKILL')
      end(false, `killed after ${limitMs / 1000} s`)
    }, limitMs)
    for (const name of /** @type {const} */ (['stdout', 'stderr'])) {
      child[name]?.setEncoding('utf8').on('data', (text) => {
        output[name] += text
      })
    }
    child.on('error', (error) => end(false, error.message))
    child.on('close', (code, signal) => end(code === 0, signal ? `ended by ${signal}` : `exit code ${code}`))
  })
}

/**
 * Runs a program of node_modules/.bin.
 *
 * @param {string} name
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 */
export function runTool(name, args, options) {
  return runCommand(`${root}node_modules/.bin/${name}`, args, options)
}

/**
 * Runs a script of ours, or any file, with this Node.
 *
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 */
export function runNode(args, options) {
  return runCommand(process.execPath, args, options)
}

/**
 * Runs npm: the one that started us when there is one.
 *
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 */
export function runNpm(args, options) {
  const npm = process.env['npm_execpath']
  return npm?.endsWith('npm-cli.js') ? runNode([npm, ...args], options) : runCommand('npm', args, options)
}
