import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Place } from './fixtures/shop/main.js'
import { makeFolder } from './support/project.js'

/** One place for all, and one for each with an exchange between them. */
const IN_ONE: readonly Place[] = [{ roles: ['store', 'cashier', 'door', 'auditor', 'customer'] }]
const inFive = (address: string): readonly Place[] => [
  { roles: ['customer'], connect: address },
  { roles: ['auditor'], connect: address },
  { roles: ['cashier'], connect: address },
  { roles: ['door'], listen: address },
  { roles: ['store'], connect: address },
]

const EXPECTED = `
"auditor" [10]
"2 apple, 8 left"
"handed on" 4
"accepted" nothing
["2 apple for ann, says cashier","offered, says customer","told, says customer"]
"sold out" "SoldOut" 57 "SoldOut" {"left":8} "yes"
"sold out, behind the cashier" "ERR_APPLICATION" 57 "SoldOut" nothing "yes"
"thrown" "ERR_APPLICATION" 57 "over the step" nothing "yes"
"late" "ERR_REQUEST_TIMEOUT" 47 "door.never() did not answer within 100 ms; its handler may have run" nothing "maybe"
"no such method" "ERR_METHOD_UNAVAILABLE" 55 "service \\"store\\" has no method \\"steal\\"; it has take, note, notes" nothing "no"
"too few" "ERR_PARAMETERS_INCORRECT" 56 "store.take(): expected 2 arguments, received 1" [{"path":[],"message":"expected 2 arguments, received 1"}] "no"
"nobody" "ERR_SERVICE_UNAVAILABLE" 46 "lookup(): service \\"burglar\\" did not become visible within 20 ms; spawn it, or check name and audience" nothing "no"
"stream" 300 300
"tickets" 1 2
["stock.apple 8 retained","stock.pear 4 retained"] "stock.pear 3 live"
"auditor" [10,8]
"service" "available" "" nothing
"group" "available" "party" nothing
"group" "withdrawn" "party" nothing
"service" "withdrawn" "" "stopped"
"watched" "stopped" 0
`
  .trim()
  .split('\n')

function start(place: Place): ChildProcess {
  const { NODE_OPTIONS: _options, VITEST: _vitest, ...env } = process.env
  const child = fork(join(import.meta.dirname, 'fixtures/shop/main.ts'), [JSON.stringify(place)], { execArgv: ['--import', 'tsx'], env })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

it.each([
  ['one process', () => IN_ONE],
  ['five processes', () => inFive(`unix:${join(makeFolder(), 'exchange')}`)],
])('the same program prints the same in %s', async (_, places) => {
  const [customer] = places().map(start)
  const [lines] = await once(customer as ChildProcess, 'message')
  expect(lines).toEqual(EXPECTED)
})
