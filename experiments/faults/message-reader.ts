/**
 * Where HTTP/1.1 messages begin and end in a stream of chunks. Reads and copies nothing else; what is no HTTP makes it
 * give up for good. The parser is `http-parser-js`, whose offset at a message's end is what this rests on.
 */
import {HTTPParser, type OnHeadersCompleteParser} from 'http-parser-js'

export type Head = Parameters<OnHeadersCompleteParser>[0]

export type Listener = {
  /** Says whether a body can follow, beyond what the head itself says of it: behind HEAD's answer none does. */
  readonly onHead: (head: Head) => boolean
  /** `end` is an index into the chunk that is being read: the first byte behind the message. */
  readonly onEnd: (end: number) => void
}

/** Reads a chunk; false when it is no HTTP from there on. What follows a head that upgrades is not read. */
export type ReadMessages = (chunk: Buffer) => boolean

export function createMessageReader(kind: 'REQUEST' | 'RESPONSE', {onHead, onEnd}: Listener): ReadMessages {
  const parser = new HTTPParser(kind)
  // Not in the parser's types; exact at a message's end, which the tests of its users hold it to.
  const place = parser as unknown as {readonly offset: number}
  let sound = true

  parser[HTTPParser.kOnHeadersComplete] = (head) => (onHead(head) ? 0 : 1)
  parser[HTTPParser.kOnMessageComplete] = () => onEnd(place.offset)

  return (chunk) => {
    sound &&= typeof parser.execute(chunk) === 'number'
    return sound
  }
}

export const methodOf = (head: Head): string => HTTPParser.methods[head.method] ?? ''
