import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { AbsentRival, type Session, type StartSession } from '../../harness/workload.js'

const FOLDER = fileURLToPath(new URL('.', import.meta.url))

/** How a program is started. */
interface ErlangOptions {
  readonly flags?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Compiles the modules in memory and enters the loop of bench.erl. */
function programFor(module: string): string {
  const load = (name: string): string =>
    `{ok, ${name}, B_${name}} = compile:file("${FOLDER}${name}.erl", [binary, report]), {module, _} = code:load_binary(${name}, "${name}", B_${name})`
  return `${load('bench')}, ${load('far_node')}, ${load(module)}, bench:main(${module}), halt(0).`
}

/**
 * A session that asks an Erlang program, one line for each run: `size seed width`; it answers `value figure`, the figure
 * in microseconds or bytes.
 */
export function startErlang(module: string, { flags = [], env = {} }: ErlangOptions = {}): StartSession {
  return async () => {
    const all = ['-noshell', '+P', '1000000', ...flags, '-eval', programFor(module)]
    const erl = spawn('erl', all, { stdio: 'pipe', env: { ...process.env, ...env, BENCH_FOLDER: FOLDER } })
    await started(erl)
    return sessionWith(erl, module === 'memory' ? 1 : 1000)
  }
}

function started(erl: ChildProcessWithoutNullStreams): Promise<void> {
  return new Promise((resolve, reject) => {
    erl.once('spawn', resolve)
    erl.once('error', () => reject(new AbsentRival('there is no "erl" here; Debian has it in erlang-base')))
  })
}

function sessionWith(erl: ChildProcessWithoutNullStreams, figuresPerUnit: number): Session {
  const lines = createInterface(erl.stdout)[Symbol.asyncIterator]()
  return {
    run: async ({ size, seed, width }) => {
      erl.stdin.write(`${size} ${seed} ${width}\n`)
      const { value: line, done } = await lines.next()
      const [value = Number.NaN, figure = Number.NaN] = done === true ? [] : line.split(' ').map(Number)
      if (!(Number.isFinite(value) && Number.isFinite(figure))) throw new Error(`erl ended or said ${line}`)
      return { value, own: figure / figuresPerUnit }
    },
    close: async () => {
      erl.stdin.end()
      erl.kill()
    },
  }
}
