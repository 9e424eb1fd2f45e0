/** The shape rule: sizes, names and syntax of STYLE section 2. */
import { countAny, crowdedFolders, findShapeBreaches, LIMITS } from './rules/shape.mjs'
import { readSources, reportBreaches } from './rules/source-files.mjs'

const sources = readSources()
const breaches = sources.flatMap(findShapeBreaches)
const anys = sources.flatMap(countAny)
if (anys.length > LIMITS.anys) {
  const places = anys.map(({ path, line }) => `${path}:${line}`).join(', ')
  breaches.push({ path: 'src', line: 0, message: `has ${anys.length} uses of any, at most ${LIMITS.anys}: ${places}` })
}
for (const { folder, count } of crowdedFolders(sources.map((source) => source.fileName))) {
  console.log(`warning: ${folder} holds ${count} files, aim for ${LIMITS.filesPerFolder}`)
}
reportBreaches('shape', breaches, sources.length)
