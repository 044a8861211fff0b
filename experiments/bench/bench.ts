/** `npm run bench <name>`: runs one benchmark of this folder; without a name, says which there are. */
import {readdirSync} from 'node:fs'

const here = new URL('.', import.meta.url)
const names = readdirSync(here)
  .filter((file) => file.endsWith('.ts') && file !== 'bench.ts' && !file.endsWith('.test.ts'))
  .map((file) => file.slice(0, -3))
const [name, ...rest] = process.argv.slice(2)

if (name !== undefined && names.includes(name)) {
  process.argv.splice(2, Infinity, ...rest)
  await import(new URL(`${name}.ts`, here).href)
} else {
  const given = name === undefined ? 'no benchmark is named' : `there is no benchmark "${name}"`
  console.error(`${given}; there are ${names.join(', ')}, as in: npm run bench ${names[0] ?? '<name>'}`)
  process.exitCode = 64
}
