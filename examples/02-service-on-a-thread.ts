/**
 * Lesson 2: a service has a contract and can live on any thread. Threads load this very file to find the definition, so
 * the program itself goes into `main`, which runs in the process's own thread only.
 */
import { contract, createSystem, main, method, service } from 'troupe'
import { z } from 'zod'

const PrimesApi = contract('primes', {
  methods: {
    count: method([z.int()], z.int()),
    thread: method([], z.int()),
  },
})

const PrimesService = service(import.meta, PrimesApi, (self) => ({
  // A plain blocking loop: on a thread of its own it holds nobody else up.
  count(upTo) {
    let found = 0
    for (let n = 2; n <= upTo; n++) if (isPrime(n)) found++
    return found
  },
  thread: () => self.thread,
}))

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false
  return true
}

await main(import.meta, async () => {
  await using system = await createSystem({ name: 'lesson-2', threads: 1 })
  await system.spawn(PrimesService)

  // Whoever knows the contract finds the service; where it lives makes no difference.
  const primes = await system.lookup(PrimesApi)
  console.log(`it lives on thread ${await primes.thread()}, main is thread 0`)

  let ticks = 0
  const ticking = setInterval(() => ticks++, 1)
  console.log(`${await primes.count(3_000_000)} primes up to 3000000`)
  clearInterval(ticking)
  console.log(`meanwhile main went on: ${ticks > 10}`)
})
