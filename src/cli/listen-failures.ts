/** What to do where the operating system does not let us listen. */
const ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'it is in use; give another address, or end whoever listens there',
  EACCES: 'it is not permitted; give a port from 1024 on, or a folder that may be written to',
  EADDRNOTAVAIL: 'it is no address of this machine; give one, or 0.0.0.0 for all',
  ENOTFOUND: 'there is no such host; give a name or address of this machine',
  ENOENT: 'there is no such folder; make it first',
}

/** Why it cannot be listened at an address: one line that says what to do. */
export function printListenFailure(address: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return `cannot listen at ${address}: ${ADVICE[code ?? ''] ?? message}`
}
