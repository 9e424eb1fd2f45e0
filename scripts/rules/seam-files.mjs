/**
 * The files that implement the ports to the world (DESIGN section 6): the only ones of src that may name clocks,
 * timers, randomness, sockets and threads. A path that ends with a slash stands for all files below it.
 *
 * @type {readonly { path: string, reason: string }[]}
 */
export const seamFiles = [
  { path: 'src/runtime/watch/gauges.ts', reason: 'measures the thread that it runs in' },
  { path: 'src/runtime/node-world.ts', reason: 'implements the ports of a thread with Node' },
  { path: 'src/runtime/signal-stop.ts', reason: 'hears the signals of the process, which only its main thread gets' },
  { path: 'src/runtime/vessels/worker-vessel.ts', reason: 'starts worker threads and makes their ports' },
  { path: 'src/runtime/vessels/vessel.ts', reason: 'names message ports among what leads to a thread' },
  { path: 'src/runtime/threads/thread-host.ts', reason: 'runs in a worker thread, from the port to its parent' },
  { path: 'src/runtime/links/ring/outgoing.ts', reason: 'posts beside a ring what does not go into it' },
  { path: 'src/runtime/links/ring/incoming.ts', reason: 'takes what was posted beside a ring' },
  { path: 'src/runtime/links/ring/ring-link.ts', reason: 'hears the port beside the rings' },
  { path: 'src/runtime/links/pair-way.ts', reason: 'opens a link over a message port' },
  { path: 'src/runtime/links/attachments.ts', reason: 'tells message ports from other objects, and moves them' },
  { path: 'src/runtime/transfer.ts', reason: 'names message ports among what can be moved' },
  { path: 'src/runtime/threads/control.ts', reason: 'the control plane over a message port' },
  { path: 'src/exchange/node-crypto.ts', reason: 'implements the cryptography of exchanges with Node' },
  { path: 'src/exchange/transports/socket-transport.ts', reason: 'implements the transport over sockets' },
  { path: 'src/client/link/web-platform.ts', reason: 'implements the world of a client with what browsers and Node have' },
  { path: 'src/testing/virtual-time.ts', reason: 'implements clock and scheduler for tests' },
  { path: 'src/testing/create-test-system.ts', reason: 'draws a seed and a start for the virtual wall clock' },
  { path: 'src/cli/main.ts', reason: 'is where the program meets the terminal, and tells the time of its lines' },
]
