/** Shows how far a known number of steps has come. */
export interface Progress {
  begin(step: string): void
  done(): void
  end(): void
}

const BAR_CHARACTERS = 24

/** A bar in a terminal, a line for each step elsewhere. */
export function createProgress(stream: NodeJS.WriteStream, steps: number): Progress {
  const startMs = performance.now()
  let finished = 0
  const show = (step: string): void => {
    if (!stream.isTTY) return void stream.write(`[${finished + 1}/${steps}] ${step}\n`)
    const leftMs = finished === 0 ? undefined : ((performance.now() - startMs) / finished) * (steps - finished)
    stream.write(
      `\r\u001b[K${barOf(finished / steps)} ${finished}/${steps}${leftMs === undefined ? '' : `, ${durationOf(leftMs)} left`}  ${step}`,
    )
  }
  return {
    begin: show,
    done: () => void finished++,
    end: () => void (stream.isTTY && stream.write('\r\u001b[K')),
  }
}

/** The bar for a fraction from 0 to 1. */
export function barOf(fraction: number): string {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * BAR_CHARACTERS)
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_CHARACTERS - full)}]`
}

/** Minutes and seconds. */
export function durationOf(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
