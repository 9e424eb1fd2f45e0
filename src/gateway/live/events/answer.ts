import { announcements, subscribe } from '../../../actors/facade/subscribing.js'
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

const TOO_MANY = problem(503, 'there are too many connections; try again later', { headers: { 'retry-after': '5' } })
const CLOSED = problem(503, 'the gateway has been closed')

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
  /** The client knows the name of the session. */
  readonly isKnown: boolean
}

/** Answers with events: reports of a service, or announcements where there is none. */
export async function answerEvents(visit: Visit, host: LiveHost, sessions: EventSessions): Promise<Answer> {
  const { searchParams } = new URL(visit.question.toRequest().url)
  const pattern = searchParams.get('pattern') ?? '*'
  const { remoteAddress: _, ...identity } = visit.caller.properties
  const key = JSON.stringify([visit.service?.name ?? null, pattern, identity])
  const last = parseEventId(visit.question.header('last-event-id'))
  const known = last === undefined ? undefined : sessions.find(last.session, key)
  if (known !== undefined && last !== undefined && known.reaches(last.number)) {
    return streamed(visit, { sessions, session: known, after: last.number, greeting: '', isKnown: true })
  }
  if (known !== undefined) sessions.end(known)
  const session = await open(visit, host, sessions, { id: sessions.newId(), key, pattern })
  if (!(session instanceof EventSession)) return session
  const isNew = visit.question.header('last-event-id') === undefined
  return streamed(visit, { sessions, session, after: 0, greeting: isNew ? '' : lost(session), isKnown: false })
}

/** What a client comes too late for is lost, except what is retained. */
function lost(session: EventSession): string {
  return `id: ${session.idOf(0)}\nevent: lost\ndata: {}\n\n`
}

/** A session that has a place, or why there can be none. */
async function open(visit: Visit, host: LiveHost, sessions: EventSessions, beginning: Beginning): Promise<EventSession | Answer> {
  const giveBack = sessions.reserve()
  if (giveBack === undefined) return TOO_MANY
  let session: EventSession | string | undefined
  try {
    session = await begin(visit, host, sessions, beginning)
  } finally {
    if (!(session instanceof EventSession)) giveBack()
  }
  if (typeof session === 'string') return problem(400, session)
  sessions.add(session, giveBack)
  if (!sessions.isClosed) return session
  sessions.end(session)
  return CLOSED
}

/** A text says why there can be none. */
async function begin(
  { service }: Visit,
  { core, offering }: LiveHost,
  sessions: EventSessions,
  { id, key, pattern }: Beginning,
): Promise<EventSession | string> {
  const outsider = await createOutsider(core)
  try {
    const source: SessionSource =
      service === undefined
        ? { items: announcements(outsider, {}, [])[Symbol.asyncIterator](), print: announcementPrinter(offering) }
        : {
            items: subscribe(outsider, offering.narrow({ name: service.name }), pattern, [])[Symbol.asyncIterator](),
            print: reportPrinter(offering, core.world.log),
          }
    const share = sessions.settings.bytes.open(() => {
      core.world.log.warn(
        'gateway: a session of server-sent events was dropped: maxLiveQueueBytes of the gateway are kept, and most for this one',
      )
      sessions.end(session)
    })
    const session: EventSession = new EventSession({ id, key }, { outsider, source, share })
    return session
  } catch (error) {
    outsider.end()
    return thrownText(error)
  }
}

/**
 * It ends with the session, when the client has gone, when the gateway closes, and when the client asks again; a client that never begins to read
 * leaves too.
 */
function streamed({ caller }: Visit, listening: Listening): Answer {
  const { session, sessions } = listening
  const visitor = { isTold: listening.isKnown }
  const leave = (): void => {
    if (!session.detach(visitor)) return
    if (visitor.isTold && !session.isOver) sessions.left(session)
    else sessions.end(session)
  }
  sessions.joined(session)
  session.attach(visitor)
  caller.departure.add({ leave })
  const events = eventsOf(listening, visitor)
  const close = async (): Promise<IteratorResult<string>> => {
    leave()
    return await events.return(undefined)
  }
  const next = async (): Promise<IteratorResult<string>> => {
    const item = await events.next()
    if (item.done === true) leave()
    return item
  }
  return { status: 200, headers: HEADERS, body: null, stream: { [Symbol.asyncIterator]: () => ({ next, return: close }) } }
}

async function* eventsOf(
  { session, sessions, after, greeting }: Listening,
  visitor: { isTold: boolean },
): AsyncGenerator<string, undefined> {
  // Whoever has heard nothing yet can come again too.
  yield `retry: 2000\nid: ${session.idOf(after)}\n\n${greeting}`
  visitor.isTold = true
  let number = after
  for (;;) {
    const event = await session.after(number, visitor, sessions.settings.beatMs)
    if (event === undefined) return undefined
    if (event !== 'beat') number = event.number
    yield event === 'beat' ? ': beat\n\n' : event.text
  }
}
