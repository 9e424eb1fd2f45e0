import { startErlang } from '../../rivals/erlang/erlang.js'

export const start = startErlang('skynet')
