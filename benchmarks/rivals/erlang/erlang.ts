import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { AbsentRival, type Session, type StartSession } from '../../harness/workload.js'

const FOLDER = fileURLToPath(new URL('.', import.meta.url))

/** Compiles both modules in memory and enters the loop of bench.erl. */
function programFor(module: string): string {
  const load = (name: string): string =>
    `{ok, ${name}, B_${name}} = compile:file("${FOLDER}${name}.erl", [binary, report]), {module, _} = code:load_binary(${name}, "${name}", B_${name})`
  return `${load('bench')}, ${load(module)}, bench:main(${module}), halt(0).`
}

/**
 * A session that asks an Erlang program, one line for each run: `size seed width`; it answers `value figure`, the figure
 * in microseconds or bytes.
 */
export function startErlang(module: string): StartSession {
  return async () => {
    const erl = spawn('erl', ['-noshell', '+P', '1000000', '-eval', programFor(module)], { stdio: 'pipe' })
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
      const [value, figure] = done === true ? [] : line.split(' ').map(Number)
      if (value === undefined || figure === undefined) throw new Error(`erl ended or said ${line}`)
      return { value, own: figure / figuresPerUnit }
    },
    close: async () => {
      erl.stdin.end()
      erl.kill()
    },
  }
}
