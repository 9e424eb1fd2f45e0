import { expect, it } from 'vitest'
import { isOfThisMachine, normalAddress } from '../../src/cli/addresses.js'

const PORTS = { lowest: 1, highest: 65_535 }

it.for([
  ['11111', 'tcp://127.0.0.1:11111'],
  ['host:80', 'tcp://host:80'],
  ['tcp://10.0.0.1:80', 'tcp://10.0.0.1:80'],
  ['[::1]:80', 'tcp://[::1]:80'],
  ['tcp://[fe80::1%eth0]:00080', 'tcp://[fe80::1%eth0]:80'],
  ['unix:/run/x', 'unix:/run/x'],
])('normalAddress() makes of %s what an exchange takes', ([text, normal]) => {
  expect(normalAddress(text as string, PORTS)).toBe(normal)
})

it.for([
  '',
  '0',
  '65536',
  '-1',
  '1.5',
  'host',
  'host:',
  ':80',
  '::1:80',
  'tcp://80',
  'tls://host:80',
  'unix:',
  'http://h:1',
  'a b:1',
  '80 ',
])('normalAddress() takes "%s" for no address', (text) => {
  expect(normalAddress(text, PORTS)).toBeUndefined()
})

it('normalAddress() takes port 0 where that is allowed', () => {
  expect(normalAddress('0', { ...PORTS, lowest: 0 })).toBe('tcp://127.0.0.1:0')
})

it('isOfThisMachine() tells what other machines cannot reach', () => {
  expect(['unix:/x', 'tcp://127.0.0.1:1', 'tcp://127.9.9.9:1', 'tcp://localhost:1', 'tcp://[::1]:1'].map(isOfThisMachine)).not.toContain(
    false,
  )
  expect(
    ['tcp://0.0.0.0:1', 'tcp://127.0.0.1.evil:1', 'tcp://localhost.evil:1', 'tcp://[::]:1', 'tcp://h:1'].map(isOfThisMachine),
  ).not.toContain(true)
})
