import { describe, expect, it } from 'vitest'
import { inheritedEnv, inheritedFlags, limitFlags } from '../../../src/runtime/processes/child-flags.js'

describe('inheritedFlags()', () => {
  it.each<readonly [string, readonly string[], readonly string[]]>([
    [
      'keeps loaders, conditions and limits',
      ['--import', 'tsx', '-r', './a.cjs', '-C', 'dev'],
      ['--import', 'tsx', '-r', './a.cjs', '-C', 'dev'],
    ],
    ['leaves out the text of a program, whatever it begins with', ['--trace-gc', '-e', '--import'], ['--trace-gc']],
    ['leaves out the text of a program that is printed', ['-pe', 'process.argv', '--trace-gc'], ['--trace-gc']],
    ['leaves out text given with =', ['--eval=1 + 1', '--trace-gc'], ['--trace-gc']],
    ['leaves out what says how the text is read', ['--input-type=module', '--eval', 'x', '--trace-gc'], ['--trace-gc']],
    ['leaves out a value that stands by itself', ['--input-type', 'module', '--trace-gc'], ['--trace-gc']],
    ['leaves out debuggers', ['--inspect', '--inspect-brk=9230', '--inspect-port', '0', '--trace-gc'], ['--trace-gc']],
    ['leaves out test runners and watchers', ['--test', '--test-name-pattern', 'a', '--watch', '--experimental-test-coverage'], []],
  ])('%s', (_what, flags, kept) => {
    expect(inheritedFlags(flags)).toEqual(kept)
  })
})

describe('inheritedEnv()', () => {
  it('leaves out debuggers, and nothing else', () => {
    expect(inheritedEnv({ A: '1', NODE_OPTIONS: '--inspect=0 --import tsx' })).toEqual({ A: '1', NODE_OPTIONS: '--import tsx' })
    expect(inheritedEnv({ NODE_OPTIONS: '--import tsx' })).toEqual({ NODE_OPTIONS: '--import tsx' })
    expect(inheritedEnv({ A: '1' })).toEqual({ A: '1' })
  })
})

describe('limitFlags()', () => {
  it('says what V8 is to be told, in its units', () => {
    expect(limitFlags({ maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 12, stackSizeMb: 2, codeRangeSizeMb: 8 })).toEqual([
      '--max-old-space-size=64',
      '--max-semi-space-size=4',
      '--stack-size=2048',
    ])
    expect(limitFlags(undefined)).toEqual([])
  })

  it('stays within what V8 takes, and within the stack of a process', () => {
    expect(limitFlags({ maxOldGenerationSizeMb: 0.2, maxYoungGenerationSizeMb: 1, stackSizeMb: 1000 })).toEqual([
      '--max-old-space-size=1',
      '--max-semi-space-size=1',
      '--stack-size=7168',
    ])
  })
})
