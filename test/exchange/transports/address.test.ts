import { describe, expect, it } from 'vitest'
import { isLocal, parseAddress, printAddress } from '../../../src/exchange/transports/address.js'

describe('parseAddress()', () => {
  it.each([
    ['tcp://example.org:11111', { kind: 'tcp', host: 'example.org', port: 11_111 }],
    ['tls://10.0.0.1:443', { kind: 'tls', host: '10.0.0.1', port: 443 }],
    ['tcp://[::1]:8000', { kind: 'tcp', host: '::1', port: 8000 }],
    ['unix:/run/troupe.sock', { kind: 'unix', path: '/run/troupe.sock' }],
    ['memory:hub', { kind: 'memory', name: 'hub' }],
  ])('understands %s, and printAddress() is its inverse', (given, address) => {
    expect(parseAddress(given)).toEqual(address)
    expect(printAddress(parseAddress(given))).toBe(given)
  })

  it('takes a port for one of this machine alone', () => {
    const loopback = { kind: 'tcp', host: '127.0.0.1', port: 11_111 }
    expect([parseAddress(11_111), parseAddress({ port: 11_111 })]).toEqual([loopback, loopback])
    expect(parseAddress({ port: 0, host: '0.0.0.0' })).toEqual({ kind: 'tcp', host: '0.0.0.0', port: 0 })
  })

  it.each(['', 'localhost:80', 'http://localhost:80', 'tcp://localhost', 'tcp://::1:80', 'tcp:localhost:80', 'unix:', 'tcp://a b:'])(
    'refuses "%s" and says what to give',
    (given) => {
      expect(() => parseAddress(given)).toThrow("give 'tcp://host:port'")
    },
  )

  it.each([-1, 65_536, 1.5, Number.NaN])('refuses port %d', (port) => {
    expect(() => parseAddress(port)).toThrow('is no port: give 0 to 65535')
    expect(() => parseAddress({ port })).toThrow('is no port')
  })
})

describe('isLocal()', () => {
  it.each([
    [true, 'tcp://localhost:1'],
    [true, 'tcp://127.8.0.1:1'],
    [true, 'tls://[::1]:1'],
    [true, 'unix:/a'],
    [false, 'tcp://0.0.0.0:1'],
    [false, 'tcp://[::]:1'],
    [false, 'tcp://127.0.0.1.example.org:1'],
    [false, 'tcp://10.0.0.1:1'],
  ])('is %s of %s', (local, given) => {
    expect(isLocal(parseAddress(given))).toBe(local)
  })
})
