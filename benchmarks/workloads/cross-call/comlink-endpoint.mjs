import nodeAdapter from 'comlink/dist/umd/node-adapter.js'

/** Comlink's own adapter for Node, whose declarations do not say that the module is the function. */
export const nodeEndpoint = /** @type {(port: object) => import('comlink').Endpoint} */ (/** @type {unknown} */ (nodeAdapter))
