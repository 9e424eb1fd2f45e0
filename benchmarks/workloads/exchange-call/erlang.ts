import { startErlangNode } from '../../rivals/erlang/erlang-node.js'

/** Two nodes, linked by Erlang's own distribution. */
export const start = startErlangNode('far_call')
