import type { ThreadLimits } from '../../actors/system-type.js'

/** Takes the text of a program with it, which is the next flag whatever that begins with. */
const PROGRAM = /^(-e|-p|-pe|--eval|--print)$/
/** Flags that make a child do something else than what it is started for, or want a port that the parent has. */
const NOT_INHERITED = /^(-[cip]|-pe|--(check|eval|print|interactive|input-type|inspect|debug-port|run|watch|test|experimental-test)\b.*)$/

/** A main thread has the stack that the operating system gives it, usually 8 MB: beyond it there is no error, but a crash. */
const LARGEST_STACK_MB = 7
/** Young generations of V8 have three semi-spaces. */
const SEMI_SPACES = 3

/** The flags of this process for a child that runs something else. */
export function inheritedFlags(flags: readonly string[] = process.execArgv): readonly string[] {
  const kept: string[] = []
  for (let i = 0; i < flags.length; i++) {
    const flag = flags[i] as string
    if (PROGRAM.test(flag)) i++
    else if (!NOT_INHERITED.test(flag)) kept.push(flag)
    else if (flags[i + 1]?.startsWith('-') === false) i++
  }
  return kept
}

/** The environment of this process for a child, which must not ask for the port of a debugger that the parent has. */
export function inheritedEnv(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: options } = env
  if (options === undefined || !options.includes('--inspect')) return { ...env }
  return { ...env, NODE_OPTIONS: options.replace(/--inspect\S*/g, '').trim() }
}

/** Limits of a thread as flags of a process; V8 has none for the code range. */
export function limitFlags({ maxOldGenerationSizeMb, maxYoungGenerationSizeMb, stackSizeMb }: ThreadLimits = {}): readonly string[] {
  const flags: string[] = []
  if (maxOldGenerationSizeMb !== undefined) flags.push(`--max-old-space-size=${Math.max(1, Math.round(maxOldGenerationSizeMb))}`)
  if (maxYoungGenerationSizeMb !== undefined)
    flags.push(`--max-semi-space-size=${Math.max(1, Math.round(maxYoungGenerationSizeMb / SEMI_SPACES))}`)
  if (stackSizeMb !== undefined) flags.push(`--stack-size=${Math.round(Math.min(stackSizeMb, LARGEST_STACK_MB) * 1024)}`)
  return flags
}
