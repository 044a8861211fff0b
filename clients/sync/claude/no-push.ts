/** The push channel of a tab that can have none, a virtual tab for one. */
import type {PushSurroundings} from './claude-surroundings.ts'

export const noPush = (why: string): PushSurroundings => ({
  token: () => Promise.resolve({ok: false, why, mayAsk: false, isFinal: true}),
  onPush: () => () => {},
  onPermission: () => () => {},
  seen: () => {},
  showCompletion: () => {},
})
