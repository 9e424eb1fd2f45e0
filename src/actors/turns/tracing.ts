import type { Life } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import { Post, type Properties } from '../kernel/message.js'
import type { CallOptions } from '../remote-type.js'
import { currentRequest } from './context.js'

/** The properties by which a request belongs to a trace: the headers of W3C Trace Context, https://www.w3.org/TR/trace-context/. */
const TRACE = ['traceparent', 'tracestate'] as const

/** What is known before a method is called. */
interface Untraced {
  readonly core: Core
  readonly life: Life
  readonly post: Post
  readonly options: CallOptions | null
}

/** The post of a route, with the trace of the request that its sender runs, unless it names one of its own. */
export function tracedPost({ core, life, post, options }: Untraced): Post {
  // The program itself runs no request.
  if (life.cell === core.root) return post
  const running = currentRequest(core, life.cell)?.post.properties ?? null
  if (running === null || running[TRACE[0]] === undefined || options?.detached === true) return post
  const own = post.properties
  if (own !== null && TRACE.some((key) => own[key] !== undefined)) return post
  const { kind, sender, method, untrusted, lane, hops } = post
  return new Post(kind, sender, method, { untrusted, lane, hops, properties: Object.freeze({ ...traceOf(running), ...own }) })
}

function traceOf(properties: Properties): Properties {
  return Object.fromEntries(TRACE.flatMap((key) => (properties[key] === undefined ? [] : [[key, properties[key]]])))
}
