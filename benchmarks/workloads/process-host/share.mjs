import { readFileSync } from 'node:fs'

/**
 * The memory of a process; of pages that others have as well, its share (`Pss`: proc_pid_smaps(5) of Linux).
 *
 * @param {number} pid
 */
export function shareBytes(pid) {
  const [, kilobytes] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? []
  return Number(kilobytes) * 1024
}
