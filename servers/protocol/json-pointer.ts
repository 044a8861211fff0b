/** JSON pointers as delta encoding v1 uses them: `~0` and `~1`, array indices without leading zeros. Rules DE7–DE8, DE12. */
import {DELTA_LIMITS} from './delta.ts'
import {ProtocolError} from './protocol-error.ts'

const INDEX = /^(?:0|[1-9]\d*)$/

export const isIndex = (segment: string): boolean => INDEX.test(segment)

export function parsePointer(path: string): readonly string[] {
  if (path === '') return []
  if (!path.startsWith('/')) throw new ProtocolError('bad-delta', 'a path begins with a slash')
  const segments = path.slice(1).split('/')
  if (segments.length > DELTA_LIMITS.pathSegments) throw new ProtocolError('too-deep', 'the path is too long')
  return segments.map(unescapeSegment)
}

export const formatPointer = (segments: readonly string[]): string =>
  segments.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

function unescapeSegment(segment: string): string {
  const key = segment.replaceAll('~1', '/').replaceAll('~0', '~')
  if (key === '__proto__') throw new ProtocolError('bad-delta', 'a path must not lead to a prototype')
  return key
}
