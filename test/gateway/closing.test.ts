import { describe, expect, it } from 'vitest'
import { failureOf } from '../actors/evidence.js'
import { post, readResponse, start } from './services.js'

const call = (method: string, params: unknown = []) => ({ jsonrpc: '2.0', id: 1, method, params })

describe('a caller that goes away', () => {
  it('aborts its call', async () => {
    await using it = await start()
    const gone = new AbortController()
    const init = { method: 'POST', signal: gone.signal }
    const answer = it.gateway.fetch(new Request('http://localhost/rpc/echo/wait', init))
    await it.echo.arrived()
    gone.abort()
    expect((await readResponse(await answer)).json).toMatchObject({ status: 503, error: 48 })
    expect(await it.echo.ends()).toEqual(['aborted'])
  })

  it('does not abort a notification', async () => {
    await using it = await start()
    const gone = new AbortController()
    const init = {
      method: 'POST',
      signal: gone.signal,
      headers: { 'content-type': 'application/json' },
      body: '{"jsonrpc":"2.0","method":"wait"}',
    }
    expect((await it.gateway.fetch(new Request('http://localhost/rpc/echo', init))).status).toBe(204)
    await it.echo.arrived()
    gone.abort()
    await it.echo.release()
    await it.gateway.close()
    expect(await it.echo.ends()).toEqual(['released'])
  })
})

describe('close()', () => {
  it('answers what was taken, notifications included, and takes no more; a second time does nothing', async () => {
    await using it = await start()
    const waiting = post(it.gateway, '/rpc/echo/wait', [])
    await it.echo.arrived()
    await post(it.gateway, '/rpc/echo', { jsonrpc: '2.0', method: 'wait' })
    await it.echo.arrived()
    const closed = it.gateway.close()
    expect((await post(it.gateway, '/rpc/math', call('reset'))).status).toBe(503)
    await it.echo.release()
    await closed
    expect((await waiting).json).toBe('waited')
    expect(await it.echo.ends()).toEqual(['released', 'released'])
    await it.gateway.close()
    expect(await failureOf(it.gateway.listen(0))).toMatchObject({ message: expect.stringContaining('closed') })
  })

  it('aborts what goes on for longer than it may', async () => {
    await using it = await start()
    const waiting = post(it.gateway, '/rpc/echo/wait', [])
    await it.echo.arrived()
    await post(it.gateway, '/rpc/echo', { jsonrpc: '2.0', method: 'wait' })
    await it.echo.arrived()
    await it.gateway.close({ drainMs: 0 })
    expect((await waiting).json).toMatchObject({ status: 503, code: 'ERR_REQUEST_ABORTED' })
    expect(await it.echo.ends()).toEqual(['aborted', 'aborted'])
  })

  it('comes with the stop of the system, before its actors stop', async () => {
    const it = await start()
    const waiting = post(it.gateway, '/rpc/echo/wait', [])
    await it.echo.arrived()
    const stopped = it.system.stop()
    await Promise.resolve()
    await it.echo.release()
    await stopped
    expect((await waiting).json).toBe('waited')
    expect((await post(it.gateway, '/rpc/math', call('reset'))).status).toBe(503)
  })
})
