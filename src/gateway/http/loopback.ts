/** Whether an IP address is one that only its own machine can reach. */
export function isLoopbackAddress(address: string | undefined): boolean {
  return address === '127.0.0.1' || (address !== undefined && /^(127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/i.test(address))
}

/** Whether a text has the form of an IP address, without a port. */
export function isAddress(text: string): boolean {
  return /^(\d{1,3}(\.\d{1,3}){3}|[\da-f]*:[\da-f.:]*:[\da-f.:]*(%[\w.-]+)?)$/i.test(text)
}

/** The name in a header `host`, in lower case, without the port. */
export function hostName(host: string): string {
  const name = host.trim().toLowerCase()
  const end = name.startsWith('[') ? name.indexOf(']') + 1 : name.lastIndexOf(':')
  return end > 0 ? name.slice(0, end) : name
}

/** Whether a name in a header `host` can only mean this machine. */
export function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || isLoopbackAddress(name.replace(/^\[(.*)\]$/, '$1'))
}

/** Whether a header `host` is a name or an address and perhaps a port (RFC 9110, 7.2): with anything else a URL made of it would be another one. */
export function isHost(host: string): boolean {
  return /^([\w.~!$&'()*+,;=%-]+|\[[\da-f:.]+\])(:\d*)?$/i.test(host)
}
