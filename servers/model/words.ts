/** Texts that read like a chat, under a seed. Made up by faker; nothing in them is meant. */
import {seededFaker} from './seeded.ts'

/** Exactly `count` words. */
export function seededWords(key: string, count: number): string[] {
  const faker = seededFaker(key)
  const words: string[] = []
  while (words.length < count) words.push(...faker.hacker.phrase().split(' '))
  return words.slice(0, count)
}

/** What a person asks. */
export const promptText = (key: string, words: number): string =>
  seededWords(`prompt ${key}`, words).join(' ')

export function titleText(key: string): string {
  const faker = seededFaker(`title ${key}`)
  return `${faker.word.adjective()} ${faker.word.noun()}`.replace(/^./, (first) => first.toUpperCase())
}

/** The name of an imitated person. */
export const personName = (key: string): string => seededFaker(`person ${key}`).person.fullName()
