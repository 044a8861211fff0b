import {readFileSync} from 'node:fs'
import {expect, test} from 'vitest'

type Package = {optionalDependencies?: Record<string, string>; resolved?: string}
const lock: {packages: Record<string, Package>} = JSON.parse(
  readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'),
)
const places = Object.keys(lock.packages)

test('the lock file names the native packages of every platform: without them npm ci refuses to work', () => {
  const wanted = Object.values(lock.packages).flatMap(({optionalDependencies = {}}) =>
    Object.keys(optionalDependencies),
  )
  const absent = wanted.filter((name) => !places.some((place) => place.endsWith(`node_modules/${name}`)))
  expect(absent).toEqual([])
})

test('the lock file names no registry: everybody installs from their own', () => {
  expect(places.filter((place) => lock.packages[place]?.resolved !== undefined)).toEqual([])
})
