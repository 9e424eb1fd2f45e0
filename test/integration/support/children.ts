import { ChildProcess } from 'node:child_process'
import { onTestFinished } from 'vitest'

/** The child processes that systems start until the test ends, in the order in which they are. */
export function collectChildren(): readonly ChildProcess[] {
  const children: ChildProcess[] = []
  const { unref } = ChildProcess.prototype
  ChildProcess.prototype.unref = function collect(this: ChildProcess) {
    if (!children.includes(this)) children.push(this)
    return unref.call(this)
  }
  onTestFinished(() => {
    ChildProcess.prototype.unref = unref
  })
  return children
}
