export { createExchange } from './exchange.js'
export type { ConnectOptions, ExchangeLimits, ExchangeOptions } from './exchange-options.js'
export type { ActiveOptions, Exchange, Link, ListenResult } from './exchange-type.js'
export type { ConnectionEvent, ConnectionReason } from './peers/connection-event.js'
