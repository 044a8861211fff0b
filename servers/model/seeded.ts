/** Chance under a seed: the same key gives the same draws, whatever was drawn before. Pure. */
import {createHash} from 'node:crypto'
import {base, en, Faker} from '@faker-js/faker'
import {uniformFloat64} from 'pure-rand/distribution/uniformFloat64'
import {xoroshiro128plus} from 'pure-rand/generator/xoroshiro128plus'

const seedOf = (key: string): number => createHash('sha256').update(key).digest().readInt32LE(0)

/** Draws from [0, 1). */
export function seededRandom(key: string): () => number {
  const generator = xoroshiro128plus(seedOf(key))
  return () => uniformFloat64(generator)
}

/** An instance of its own: the global one would be shared with whoever else draws. */
export function seededFaker(key: string): Faker {
  const faker = new Faker({locale: [en, base]})
  faker.seed(seedOf(key))
  return faker
}
