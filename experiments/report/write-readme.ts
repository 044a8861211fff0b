/** Writes the findings of the kept runs into the README, between their markers: `npm run readme`. */
import {readFileSync, writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {predictionOf} from '../scenarios/registry.ts'
import {KEPT_RUNS} from './kept-runs.ts'
import {judgeRun} from './summarise.ts'

const inProject = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const README = inProject('README.md')
const block = (name: string) => new RegExp(`(<!-- ${name}:[^\\n]*-->\\n)[\\s\\S]*(<!-- /${name} -->)`)

let readme = readFileSync(README, 'utf8')
for (const {folder, block: name, inReadme} of KEPT_RUNS) {
  const text = inReadme(judgeRun(inProject(folder), predictionOf))
  readme = readme.replace(block(name), (_, head: string, tail: string) => `${head}\n${text}\n\n${tail}`)
}
writeFileSync(README, readme)
