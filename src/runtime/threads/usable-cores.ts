import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/**
 * The cores this process may keep busy: what the operating system offers, or the CPU quota of the container if that is less
 * (`cpu.max` of cgroup v2, `cpu.cfs_quota_us` of v1: Documentation/admin-guide/cgroup-v2.rst of Linux).
 */
export function usableCores(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(cpuQuota())))
}

function cpuQuota(): number {
  return parseCpuMax(readText('/sys/fs/cgroup/cpu.max')) ?? quotaOfV1() ?? Number.POSITIVE_INFINITY
}

/** `"150000 100000"` is one and a half cores; `"max …"` is no limit. */
export function parseCpuMax(text: string | undefined): number | undefined {
  const match = /^(\d+) (\d+)/.exec(text ?? '')
  return match === null ? undefined : Number(match[1]) / Number(match[2])
}

function quotaOfV1(): number | undefined {
  const quota = Number(readText('/sys/fs/cgroup/cpu/cpu.cfs_quota_us') ?? -1)
  const period = Number(readText('/sys/fs/cgroup/cpu/cpu.cfs_period_us') ?? 0)
  return quota > 0 && period > 0 ? quota / period : undefined
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
