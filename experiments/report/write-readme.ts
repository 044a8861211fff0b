/** Writes the findings of `results/reference` into the README, between its two markers: `npm run readme`. */
import {readFileSync, writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {predictionOf} from '../scenarios/registry.ts'
import {findingsMatrix} from './findings-matrix.ts'
import {judgeRun} from './summarise.ts'

const project = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

const README = project('README.md')
const BLOCK = /(<!-- findings:[^\n]*-->\n)[\s\S]*(<!-- \/findings -->)/

const {summary} = judgeRun(project('results/reference'), predictionOf)
const block = `$1\n${findingsMatrix(summary)}\n\n$2`
writeFileSync(README, readFileSync(README, 'utf8').replace(BLOCK, block))
