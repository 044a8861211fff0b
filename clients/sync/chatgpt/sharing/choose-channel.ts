/**
 * The channel that a tab's remedies ask for: a socket of its own, or the one that the tabs of its browser share. Where the
 * browser lacks what sharing needs, the tab has a socket of its own and says why. Rules LW1, LW12.
 */
import type {SessionOptions} from '../../chat-session.ts'
import {openChannel, type Channel, type ChannelHandlers} from '../channel.ts'
import type {ChatgptSurroundings} from '../chatgpt-surroundings.ts'
import {openLeaderChannel} from './leader-channel.ts'
import {openWorkerChannel} from './worker-channel.ts'

export function chooseChannel(
  options: SessionOptions,
  surroundings: ChatgptSurroundings,
  handlers: ChannelHandlers,
): Channel {
  const {remedies, userId} = options
  const {openWorker, locks} = surroundings
  if (remedies.includes('shared-worker')) {
    if (openWorker) return openWorkerChannel({openWorker, options, surroundings, handlers})
    return alone('this browser has no shared workers')
  }
  if (!remedies.includes('leader')) return openChannel(surroundings, handlers, remedies)
  const name = `tabwitness-leader-${userId}`
  const broadcast = locks ? surroundings.openRelay(name) : null
  if (locks && broadcast) return openLeaderChannel({name, locks, broadcast, remedies, surroundings, handlers})
  return alone(locks ? 'this browser has no BroadcastChannel' : 'this browser has no Web Locks')

  function alone(why: string): Channel {
    surroundings.witness({kind: 'role', role: 'leader', why: `${why}: a socket of its own`})
    return openChannel(surroundings, handlers, remedies)
  }
}
