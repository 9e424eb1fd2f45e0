import { MethodUnavailable } from '../../base/failures.js'
import type { Target } from '../kernel/ports.js'
import { StreamReader } from '../streams/stream-reader.js'
import { endEarly } from '../turns/early-end.js'
import { aborted, deadSelf } from '../turns/failing.js'
import { type Route, request, requestToEnd } from '../turns/sending.js'

/** Without a contract it shows at the first call, or later, whether a method answers once. */
export function callOrStream(route: Route, streams: boolean): (...args: readonly unknown[]) => unknown {
  const { life, target, post } = route
  let streaming: Route | null = null
  return (...args) => {
    const known = streams || streamsOf(target)?.has(post.method)
    if (known !== false) streaming ??= { ...route, post: post.as('stream', post.method) }
    if (known === true) return new StreamReader(streaming as Route, args)
    if (life.dead) return Promise.reject(deadSelf(life.cell))
    return known === false ? request(route, args) : eitherWay(route, streaming as Route, args)
  }
}

/** The first actor of a definition has not been set up yet: a call, unless somebody reads it as a stream before it has begun. */
function eitherWay(route: Route, streaming: Route, args: readonly unknown[]): unknown {
  const { call, answer: asked } = requestToEnd(route, args)
  const answer = unlessStream(asked)
  return Object.assign(answer, {
    [Symbol.asyncIterator]: () => {
      answer.catch(() => undefined)
      endEarly(route.core, call, aborted(call, undefined))
      return new StreamReader(streaming, args)
    },
  })
}

/** The same answer; that it is a stream, which may be read later or never, is no failure that somebody must handle. */
function unlessStream(asked: Promise<unknown>): Promise<unknown> {
  const answer: Promise<unknown> = asked.catch((failure: unknown) => {
    if (failure instanceof MethodUnavailable && failure.delivered === 'yes') answer.catch(() => undefined)
    throw failure
  })
  return answer
}

function streamsOf(target: Target): ReadonlySet<string> | null {
  return target.far ? target.streamSet : target.spec.streams
}
