import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/**
 * Imports a package from where this module is, or the bundle it is in. Not by a plain import, which a bundler would follow:
 * these packages start files of their own and must stay whole.
 *
 * @throws Error that says what to install
 */
export async function importInstalled<T>(name: string): Promise<T> {
  const require = createRequire(import.meta.url)
  let path: string
  try {
    path = require.resolve(name)
  } catch (cause) {
    const advice = `npm install ${name} where this module can find it, also beside a bundle`
    throw new Error(`offload() needs the package ${name}, which ${import.meta.url} does not find; ${advice}`, { cause })
  }
  return (await import(pathToFileURL(path).href)) as T
}
