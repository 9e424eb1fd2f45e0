/** The seam rule: src reaches the world only through the files of scripts/rules/seam-files.mjs. */
import { findSeamBreaches } from './rules/seam.mjs'
import { readSources, reportBreaches } from './rules/source-files.mjs'

const sources = readSources()
reportBreaches('seam', sources.flatMap(findSeamBreaches), sources.length)
