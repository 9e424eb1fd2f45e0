import { announcements, subscribe } from '../../../actors/facade/subscribing.js'
import type { Core } from '../../../actors/kernel/core.js'
import { offAbort, onAbort } from '../../../base/abort-signal.js'
import { thrownText } from '../../../base/thrown.js'
import { problem } from '../../http/answer.js'
import type { Answer, Headers } from '../../http/question.js'
import type { Visit } from '../../protocol.js'
import type { LiveHost } from '../live-host.js'
import { createOutsider } from '../outsider.js'
import { EventSession, type SessionSource } from './event-session.js'
import { type EventSessions, parseEventId } from './event-sessions.js'
import { announcementPrinter, reportPrinter } from './printing.js'

const HEADERS: Headers = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // Proxies such as nginx must not wait for more.
  'x-accel-buffering': 'no',
}

/** What a client comes too late for is lost, except what is retained. */
const LOST = 'event: lost\ndata: {}\n\n'

interface Beginning {
  readonly id: string
  readonly key: string
  readonly pattern: string
}

/** One request that is answered with the events of a session. */
interface Listening {
  readonly session: EventSession
  readonly sessions: EventSessions
  /** The number of the last event that the client has. */
  readonly after: number
  readonly greeting: string
}

/** Answers with events: reports of a service, or announcements where there is none. */
export async function answerEvents(visit: Visit, host: LiveHost, sessions: EventSessions): Promise<Answer> {
  const { searchParams } = new URL(visit.question.toRequest().url)
  const pattern = searchParams.get('pattern') ?? '*'
  const { remoteAddress: _, ...identity } = visit.caller.properties
  const key = JSON.stringify([visit.service?.name ?? null, pattern, identity])
  const last = parseEventId(visit.question.header('last-event-id'))
  const known = last === undefined ? undefined : sessions.find(host.core, last.session, key)
  if (known !== undefined && last !== undefined && known.reaches(last.number)) {
    return streamed(visit, host.core, { sessions, session: known, after: last.number, greeting: '' })
  }
  if (known !== undefined) sessions.end(known)
  if (sessions.isFull) return problem(503, 'there are too many connections', { headers: { 'retry-after': '5' } })
  const session = await begin(visit, host, { id: sessions.newId(), key, pattern })
  if (typeof session === 'string') return problem(400, session)
  sessions.add(session)
  const isNew = visit.question.header('last-event-id') === undefined
  return streamed(visit, host.core, { sessions, session, after: 0, greeting: isNew ? '' : LOST })
}

/** A text says why there can be none. */
async function begin({ service }: Visit, { core, offering }: LiveHost, { id, key, pattern }: Beginning): Promise<EventSession | string> {
  const outsider = await createOutsider(core)
  try {
    const source: SessionSource =
      service === undefined
        ? { items: announcements(outsider, {}, [])[Symbol.asyncIterator](), print: announcementPrinter(offering) }
        : {
            items: subscribe(outsider, offering.narrow({ name: service.name }), pattern, [])[Symbol.asyncIterator](),
            print: reportPrinter(offering, core.world.log),
          }
    return new EventSession({ id, key }, outsider, source)
  } catch (error) {
    outsider.end()
    return thrownText(error)
  }
}

function streamed({ caller, closing }: Visit, core: Core, listening: Listening): Answer {
  const gone = new AbortController()
  caller.departure.add({ leave: (reason) => gone.abort(reason) })
  const stream = eventsOf(core, listening, [gone.signal, closing])
  return { status: 200, headers: HEADERS, body: null, stream }
}

/** Ends with the session, when the client has gone, when the gateway closes, and when the client asks again. */
async function* eventsOf(
  core: Core,
  { session, sessions, after, greeting }: Listening,
  ends: readonly AbortSignal[],
): AsyncGenerator<string> {
  const listener = {}
  const leave = (): void => {
    if (session.detach(listener)) sessions.left(core, session)
  }
  session.attach(listener)
  for (const signal of ends) onAbort(signal, leave)
  try {
    yield `retry: 2000\n\n${greeting}`
    if (ends.some(({ aborted }) => aborted)) return
    let number = after
    for (;;) {
      const event = await session.after(number, listener, sessions.settings.beatMs)
      if (event === undefined) return
      if (event !== 'beat') number = event.number
      yield event === 'beat' ? ': beat\n\n' : event.text
    }
  } finally {
    for (const signal of ends) offAbort(signal, leave)
    leave()
  }
}
