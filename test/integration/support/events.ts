/** What a client has heard of server-sent events. */
export interface HeardEvent {
  readonly id: string | undefined
  readonly event: string | undefined
  /** That of the report, if it is one. */
  readonly content: unknown
}

/** A request for server-sent events that is being answered. */
export interface HearEvents {
  readonly response: Response
  /** The fields of what is sent at once. */
  readonly greeting: Readonly<Record<string, string>>
  /** Rejects when the events have ended. */
  next(): Promise<HeardEvent>
  /** Hangs up. */
  readonly abort: AbortController
}

/** Asks for server-sent events; resolves when the greeting has come. */
export async function openEvents(url: string, headers: Readonly<Record<string, string>> = {}): Promise<HearEvents> {
  const abort = new AbortController()
  const response = await fetch(url, { headers, signal: abort.signal })
  const blocks = blocksOf(response)
  const greeting = await take(blocks)
  return { response, greeting, next: () => nextOf(blocks), abort }
}

type Fields = Readonly<Record<string, string>>

async function nextOf(blocks: AsyncGenerator<Fields>): Promise<HeardEvent> {
  for (;;) {
    const { id, event, data } = await take(blocks)
    if (data !== undefined) return { id, event, content: (JSON.parse(data) as { readonly content?: unknown }).content }
  }
}

async function take(blocks: AsyncGenerator<Fields>): Promise<Fields> {
  const { value, done } = await blocks.next()
  if (done === true) throw new Error('the events have ended')
  return value
}

async function* blocksOf(response: Response): AsyncGenerator<Fields> {
  let text = ''
  for await (const chunk of (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
    const blocks = `${text}${chunk}`.split('\n\n')
    text = blocks.pop() as string
    for (const block of blocks) yield Object.fromEntries(block.split('\n').map(fieldOf))
  }
}

function fieldOf(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(': ')
  return [line.slice(0, colon), line.slice(colon + 2)]
}
