import {globSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'

const root = join(import.meta.dirname, '../..')
const spec = readFileSync(join(import.meta.dirname, 'SPEC.md'), 'utf8')
const rules = [...spec.matchAll(/^- \*\*([A-Z]{1,2}\d+)\*\* (.*)$/gm)].map(([, id, text]) => ({
  id: id!,
  text: text!,
}))
const known = new Set(rules.map(({id}) => id))

/** `[CE3]` at the head of a test, `Rule CE3` or `Rules CE3–CE5, DE1` in a header. */
function cited(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const inTests = [...text.matchAll(/\[([A-Z]{1,2}\d+)\]/g)].map(([, id]) => id!)
  const inHeaders = [...text.matchAll(/\bRules? ((?:[A-Z]{1,2}\d+(?:–|, | and )?)+)/g)].flatMap(([, list]) =>
    (list ?? '').split(/–|, | and /).filter((id) => id !== ''),
  )
  return [...inTests, ...inHeaders]
}

test('every rule has an id of its own', () => {
  expect(rules.length).toBeGreaterThan(100)
  expect(rules.map(({id}) => id)).toEqual([...known])
})

test('every rule about the imitated product says how much of it is known', () => {
  // Sections whose first sentence tags all of their rules.
  const taggedAsAWhole = /^(?:DE|CO|PO|LO|LE|WI|HI|K|P)\d/
  const untagged = rules.filter(
    ({id, text}) => !taggedAsAWhole.test(id) && !/observed|documented|inferred|invented|RFC \d/.test(text),
  )
  expect(untagged.map(({id}) => id)).toEqual([])
})

test('every rule that code or a test names is in the specification', () => {
  const files = globSync('{servers,clients,experiments}/**/*.{ts,tsx}', {
    cwd: root,
    exclude: ['**/node_modules/**', '**/dist/**'],
  })
  const strangers = files.flatMap((file) =>
    cited(file)
      .filter((id) => !known.has(id))
      .map((id) => `${file} ${id}`),
  )
  expect(strangers).toEqual([])
})
