/** Writes the findings of the reference runs into the README, between their markers: `npm run readme`. */
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {predictionOf} from '../scenarios/registry.ts'
import {findingsMatrix} from './findings-matrix.ts'
import {recoveryMatrix} from './recovery-matrix.ts'
import {hazardsInReadme} from './hazards-in-readme.ts'
import {judgeRun} from './summarise.ts'

const project = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

const README = project('README.md')
const block = (name: string) => new RegExp(`(<!-- ${name}:[^\\n]*-->\\n)[\\s\\S]*(<!-- /${name} -->)`)
const written = (readme: string, name: string, text: string) =>
  readme.replace(block(name), (_, head: string, tail: string) => `${head}\n${text}\n\n${tail}`)

const reference = judgeRun(project('results/reference'), predictionOf)
const faults = judgeRun(project('results/reference-faults'), predictionOf)
const readme = readFileSync(README, 'utf8')
const withFindings = written(readme, 'findings', findingsMatrix(reference.summary))
const withRecovery = written(withFindings, 'recovery', recoveryMatrix(faults.judgements))
const hazards = project('results/reference-hazards')
writeFileSync(
  README,
  existsSync(`${hazards}/manifest.json`)
    ? written(withRecovery, 'hazards', hazardsInReadme(judgeRun(hazards, predictionOf)))
    : withRecovery,
)
