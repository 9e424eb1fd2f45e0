/**
 * Services over HTTP: JSON-RPC, XML-RPC and REST, and live connections.
 *
 * @module troupe/gateway
 */

export type { Authorise, Properties } from './authorising.js'
export { createGateway } from './create-gateway.js'
export type { Gateway, GatewayCloseOptions, GatewayLimits, GatewayOptions, ListenOptions, RequestFacts } from './gateway-type.js'
export type { Listening } from './http/node-server.js'
export { type JsonRpcOptions, jsonRpc } from './json-rpc/json-rpc.js'
export { type LiveLimits, type LiveOptions, live } from './live/live.js'
export type { Protocol, ProtocolOptions } from './protocol.js'
export { rest } from './rest/rest.js'
export type { Selection } from './selection.js'
export { xmlRpc } from './xml-rpc/xml-rpc.js'
