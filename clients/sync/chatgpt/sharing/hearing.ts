/**
 * What a member makes of the hub's frames: which hub it belongs to, whether it heard all that was said to everybody, and
 * how the hub's socket stands. Pure. Rules LW2, LW6, LW10.
 */
import type {HubFrame, Uplink} from '#protocol/hub-frame.ts'

/** Null: no hub has spoken yet. */
export type Hearing = {
  readonly generation: number
  readonly seq: number
  readonly uplink: Uplink
} | null

/**
 * `take`: the frame's text is for this member. `told`: the socket's state changed. `renew`: begin a new stay, in which
 * every topic is asked for from where it is. `ask`: a new hub spoke, but not of its socket.
 */
export type Consequence = 'nothing' | 'take' | 'told' | 'renew' | 'ask'

type Heard = {readonly now: Hearing; readonly means: Consequence}

/** `member`: the id of the present stay, to which frames may be addressed. */
export function hear(now: Hearing, frame: HubFrame, member: string): Heard {
  const {generation, seq} = frame
  if (now !== null && generation < now.generation) return {now, means: 'nothing'}
  if (now === null || generation > now.generation) {
    if (frame.type !== 'beat') return {now, means: 'ask'}
    return {now: {generation, seq, uplink: frame.uplink}, means: 'renew'}
  }

  // A beat and a frame to one member repeat the number of the last frame to everybody, which must be known by then.
  const isToAll = frame.type === 'frame' && frame.to === null
  const isNext = isToAll && seq === now.seq + 1
  if (isToAll && seq <= now.seq) return {now, means: 'nothing'}
  if (frame.type === 'beat') return afterBeat(now, frame)
  const isMissing = !isNext && seq > now.seq
  const caughtUp = {...now, seq: Math.max(seq, now.seq)}
  if (isMissing) return {now: caughtUp, means: 'renew'}
  if (frame.type === 'again') return {now, means: frame.to === member ? 'renew' : 'nothing'}
  return {now: caughtUp, means: isToAll || frame.to === member ? 'take' : 'nothing'}
}

/** The hub counts each change of its socket as something said to everybody: a short break cannot go unnoticed. */
function afterBeat(now: NonNullable<Hearing>, {seq, generation, uplink}: Beat): Heard {
  if (seq <= now.seq) return {now, means: 'nothing'}
  const wasOpen = now.uplink.name === 'open'
  const isOpen = uplink.name === 'open'
  return {now: {generation, seq, uplink}, means: wasOpen || isOpen ? 'renew' : 'told'}
}

type Beat = Extract<HubFrame, {type: 'beat'}>
