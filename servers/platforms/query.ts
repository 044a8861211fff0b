/** Words of a query string. Throws {@link ProtocolError} for one of a wrong form, naming the parameter and not its value. */
import type {Request} from 'express'
import {ProtocolError} from '#protocol/protocol-error.ts'

export function countIn(req: Request, name: string, byDefault: number, max: number): number {
  const text = req.query[name]
  if (text === undefined) return byDefault
  const count = typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : NaN
  if (!(count <= max)) throw new ProtocolError('bad-shape', `${name} is not a whole number from 0 to ${max}`)
  return count
}

export function wordIn<W extends string>(req: Request, name: string, byDefault: W, words: readonly W[]): W {
  const text = req.query[name]
  if (text === undefined) return byDefault
  const word = words.find((one) => one === text)
  if (word === undefined) throw new ProtocolError('bad-shape', `${name} is none of ${words.join(', ')}`)
  return word
}

/** `true` and `True` are one: pages write both. */
export function flagIn(req: Request, name: string, byDefault: boolean): boolean {
  const text = req.query[name]
  if (text === undefined) return byDefault
  if (typeof text === 'string' && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true'
  throw new ProtocolError('bad-shape', `${name} is neither true nor false`)
}
