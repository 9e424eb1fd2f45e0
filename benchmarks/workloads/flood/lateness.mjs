/** How late the ticks of a timer of a millisecond were: call the result for the 99th percentile in milliseconds. */
export function watchLateness() {
  /** @type {number[]} */
  const late = []
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    late.push(Math.max(0, now - last - 1))
    last = now
  }, 1)
  return () => {
    clearInterval(timer)
    late.sort((a, b) => a - b)
    return late[Math.floor(late.length * 0.99)] ?? Number.NaN
  }
}
