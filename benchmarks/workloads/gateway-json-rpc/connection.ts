import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A connection that is kept, for one request at a time. */
export interface Connection {
  /** Posts JSON; resolves with the body of the answer. Rejects when the connection is closed, or has been while it rested. */
  post(body: string): Promise<string>
  close(): void
}

const END_OF_HEAD = '\r\n\r\n'

/**
 * HTTP with as little as can be, so that the client costs less than any server: it knows answers with status 200 and a content length, in
 * ASCII, and rejects any other.
 */
export async function openConnection(port: number, path: string): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  socket.setEncoding('latin1')
  // Errors are followed by the close.
  socket.on('error', () => undefined)
  const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\ncontent-length: `
  return {
    post(body) {
      if (!socket.writable) return Promise.reject(closed())
      socket.write(`${head}${body.length}${END_OF_HEAD}${body}`)
      return readBody(socket)
    },
    close: () => void socket.destroy(),
  }
}

function closed(): Error {
  return new Error('the server has closed the connection')
}

function readBody(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const take = (chunk: string): void => {
      text += chunk
      const body = bodyOf(text)
      if (body === undefined) return
      leave()
      if (typeof body === 'string') resolve(body)
      else reject(body)
    }
    const lose = (): void => {
      leave()
      reject(closed())
    }
    const leave = (): void => void socket.off('data', take).off('close', lose)
    socket.on('data', take).on('close', lose)
  })
}

/** `undefined` for an answer that has not arrived. */
function bodyOf(text: string): string | Error | undefined {
  const end = text.indexOf(END_OF_HEAD)
  if (end < 0) return undefined
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1]
  if (length === undefined || !text.startsWith('HTTP/1.1 200 ')) return new Error(`no answer that this client knows: ${text}`)
  const body = text.slice(end + END_OF_HEAD.length)
  return body.length < Number(length) ? undefined : body
}
