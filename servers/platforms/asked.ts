/**
 * The book of what tabs ask over HTTP: one middleware before all routes of an API. Costs two closures a request and one
 * addition a write. Rule LE5.
 */
import type {Request, RequestHandler, Response} from 'express'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {User} from '../accounts/user.ts'
import {bearerOf} from './guard.ts'

type Asked = Extract<LedgerEvent, {kind: 'asked'}>

/** The first whose method and path (without the query) fit. A path's first group is the conversation's id. */
export type AskedWords = readonly (readonly [method: string, path: RegExp, what: Asked['what']])[]

export type AskedParts = {
  readonly accounts: {readonly byBearer: (bearer: string) => User | undefined}
  readonly words: AskedWords
  readonly record: (event: LedgerEvent) => void
  readonly now: () => number
}

const TAB = /^[A-Za-z0-9_-]{1,32}$/

/** Which conversation a request is about, where its path does not say so. */
const conversationIds = new WeakMap<Response, string>()
export const concerns = (res: Response, conversationId: string): void =>
  void conversationIds.set(res, conversationId)

export function bookOfAsked({accounts, words, record, now}: AskedParts): RequestHandler {
  return (req, res, next) => {
    const tab = req.headers['x-tabwitness-tab']
    const bearer = typeof tab === 'string' && TAB.test(tab) ? bearerOf(req) : undefined
    const user = bearer === undefined ? undefined : accounts.byBearer(bearer)
    if (user === undefined) return next()
    const written = countBody(res)
    res.once('close', () => {
      const {what, inPath} = wordsFor(words, req)
      record({
        kind: 'asked',
        at: now(),
        userId: user.id,
        tab: String(tab),
        what,
        conversationId: conversationIds.get(res) ?? inPath,
        status: res.headersSent ? res.statusCode : 0,
        bytes: written(),
      })
    })
    return next()
  }
}

function wordsFor(words: AskedWords, {method, originalUrl}: Request) {
  const query = originalUrl.indexOf('?')
  const path = query < 0 ? originalUrl : originalUrl.slice(0, query)
  for (const [of, pattern, what] of words) {
    const found = of === method ? pattern.exec(path) : null
    if (found) return {what, inPath: found[1] ?? null}
  }
  return {what: 'other', inPath: null} as const
}

type Write = (chunk?: unknown, ...rest: unknown[]) => unknown

/** Everything that is written passes `write` or `end`; they are replaced on the response itself. */
function countBody(res: Response): () => number {
  let bytes = 0
  const counting =
    (write: Write): Write =>
    (chunk, ...rest) => {
      if (typeof chunk === 'string') bytes += Buffer.byteLength(chunk)
      else if (chunk instanceof Uint8Array) bytes += chunk.byteLength
      return write.call(res, chunk, ...rest)
    }
  Object.assign(res, {write: counting(res.write as Write), end: counting(res.end as Write)})
  return () => bytes
}
