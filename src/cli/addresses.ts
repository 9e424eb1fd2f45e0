/** Bounds of a port, both included. */
export interface PortBounds {
  readonly lowest: number
  readonly highest: number
}

const LOOPBACK = '127.0.0.1'

/** An address as the command line has it, in the form that exchanges take; `undefined` when it is none. */
export function normalAddress(text: string, { lowest, highest }: PortBounds): string | undefined {
  if (text.startsWith('unix:')) return text.length > 'unix:'.length ? text : undefined
  const [, six, plain, port] = /^(?:tcp:\/\/)?(?:(?:\[([0-9a-fA-F:.%\w]+)\]|([^:/[\]\s]+)):)?(\d{1,5})$/.exec(text) ?? []
  if (port === undefined || Number(port) < lowest || Number(port) > highest) return undefined
  if (six === undefined && plain === undefined && text.startsWith('tcp:')) return undefined
  const host = six === undefined ? (plain ?? LOOPBACK) : `[${six}]`
  return `tcp://${host}:${Number(port)}`
}

/** Whether only processes of this machine can reach it; of what `normalAddress` returns. */
export function isOfThisMachine(address: string): boolean {
  return /^(unix:|tcp:\/\/(localhost|\[::1\]|127\.\d+\.\d+\.\d+):)/.test(address)
}
