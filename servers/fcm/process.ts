/** The push back end as a process of its own: Google's part is nobody's who serves or measures. Rule FB7. */
import type {PushEvent} from '#protocol/push-event.ts'
import {runControlled} from '../controlled-process.ts'
import type {FcmProcessOptions} from './process-message.ts'
import type {FcmAddresses} from './running-fcm.ts'
import {startFcm} from './start.ts'

runControlled({
  name: 'the push back end',
  start: ({trust, ...options}: FcmProcessOptions, record: (event: PushEvent) => void) =>
    startFcm(options, record, trust),
  told(fcm) {
    const {control: _, close: __, ...addresses} = fcm
    return {addresses: addresses satisfies FcmAddresses}
  },
})
