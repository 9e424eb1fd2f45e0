/** What to do where the operating system does not let a server listen. */
const ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; give another, 0 for any that is free, or end whoever listens there',
  EACCES: 'the port is not permitted; give one from 1024 on',
  EADDRNOTAVAIL: 'the host is no address of this machine; give one that is, or 0.0.0.0 for all',
  ENOTFOUND: 'there is no such host; give a name or address of this machine',
}

/** What `listen` rejects with: it says what to do, and has the `code` of the operating system's error, its cause. */
export function listenFailure({ host, port }: { readonly host: string; readonly port: number }, cause: unknown): Error {
  const { code = '', message } = cause as NodeJS.ErrnoException
  return Object.assign(new Error(`listen(${host}:${port}): ${ADVICE[code] ?? message}`, { cause }), { code })
}
