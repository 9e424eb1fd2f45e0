/**
 * Services of a system from a browser, or from anywhere else, over a mount of `live()`. In bundles for browsers this is what `troupe` itself is,
 * so that modules of contracts need not be changed.
 *
 * @module troupe/client
 */

export { contract, method, report, stream } from '../actors/contract.js'
export { remote } from '../actors/facade/remote-schema.js'
export { isFailure } from '../actors/failure-guard.js'
export {
  ApplicationError,
  Deadlock,
  MailboxFull,
  MethodUnavailable,
  ParametersIncorrect,
  RequestAborted,
  RequestDecodingError,
  RequestEncodingError,
  RequestRefused,
  RequestTimeout,
  ResponseDecodingError,
  ResponseEncodingError,
  ServiceFailure,
  ServiceUnavailable,
  ServiceWithdrawn,
} from '../base/failures.js'
export type { ActiveOptions, ClientConnectionEvent, ClientProperties, LiveClient, LiveClientOptions } from './client-type.js'
export { createClient } from './create-client.js'
export type { WebSocketClass, WebSocketLike } from './link/web-platform.js'
export { isLiveRemote as isRemote } from './services/remote.js'
