/**
 * Systems of actors: define services, spawn them, find them, call them.
 *
 * @module troupe
 */

export type {
  Around,
  AroundCall,
  Authorise,
  Backoff,
  Budget,
  Host,
  LightSpawnOptions,
  Mailbox,
  Overflow,
  PoolOptions,
  SpawnOptions,
  Strategy,
  Supervision,
} from './actors/actor-options.js'
export type { Agent, ClientOptions, OffloadOptions, Select } from './actors/agent-type.js'
export { type Contract, contract, type Method, method, type Report, report, type Stream, stream } from './actors/contract.js'
export { actor, service, task } from './actors/define.js'
export type { ActorDefinition, Definition, Task } from './actors/definition-type.js'
export type { Outcome } from './actors/facade/outcome.js'
export { isRemote } from './actors/facade/remote.js'
export { remote } from './actors/facade/remote-schema.js'
export { isFailure } from './actors/failure-guard.js'
export type { DeadLetter } from './actors/kernel/dead-letters.js'
export type { CallOptions, Deferred, Forwarded, Priority, Remote, ServiceBinding, StopOptions, Told } from './actors/remote-type.js'
export type {
  Announcement,
  End,
  ObserveOptions,
  Received,
  SubscribeOptions,
  Subscription,
  SubscriptionChange,
  SubscriptionOverflow,
} from './actors/report-type.js'
export type { Request } from './actors/request-type.js'
export type { PoolOf, Self, StopReason } from './actors/self-type.js'
export type {
  LinkStats,
  SignalOptions,
  System,
  SystemOptions,
  SystemState,
  SystemStats,
  SystemStopOptions,
  ThreadHealth,
  ThreadStats,
} from './actors/system-type.js'
export {
  ApplicationError,
  Deadlock,
  MailboxFull,
  MethodUnavailable,
  type ParameterIssue,
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
  type SystemFailure,
} from './base/failures.js'
export type { Clock, LogFields, Logger, Random } from './base/world.js'
export { createSystem } from './runtime/create-system.js'
export { main } from './runtime/main.js'
export { transfer } from './runtime/transfer.js'
