/**
 * Carries out what is done to push: by the back end's delivery model for the cell's own origin, by cutting the links of the
 * cell's devices, by forgetting its registrations. Rule FA18.
 */
import type {DeliveryModel} from '../../servers/fcm/delivery-model.ts'
import type {PushFault} from '../history/fault.ts'
import type {CellPush} from './cell-push.ts'
import type {CarryOut} from './fault-stage.ts'

/** What the model becomes while these stand, on top of what it was: delays add up, of several reorderings the longest counts. */
export const modelUnder = (base: DeliveryModel, standing: readonly PushFault[]): DeliveryModel =>
  standing.reduce(withFault, base)

function withFault(model: DeliveryModel, fault: PushFault): DeliveryModel {
  switch (fault.name) {
    case 'push-delay':
      return {...model, name: 'fault', delayMs: model.delayMs + fault.ms}
    case 'push-drop':
      return {...model, name: 'fault', dropRate: 1}
    case 'push-duplicate':
      return {...model, name: 'fault', duplicateRate: 1}
    case 'push-reorder': {
      const reorderWithinMs = Math.max(model.reorderWithinMs, fault.withinMs)
      return {...model, name: 'fault', reorderRate: 1, reorderWithinMs}
    }
    case 'mcs-cut':
    case 'token-expired':
      return model
  }
}

/** `push`: null on a platform without it. */
export function pushFaults(push: CellPush | null): CarryOut<PushFault> {
  let standing: readonly PushFault[] = []
  return async (fault, _owner, tell) => {
    if (push === null) throw new TypeError('there is no push on this platform')
    if (fault.name === 'mcs-cut') {
      await push.cutLinks()
      tell('links-cut')
      return null
    }
    if (fault.name === 'token-expired') {
      tell('registrations-gone', String(await push.expireRegistrations()))
      return null
    }
    const deliver = async (faults: readonly PushFault[]) => {
      standing = faults
      await push.deliverUnder((base) => modelUnder(base, standing))
    }
    await deliver([...standing, fault])
    tell('delivery-changed')
    return async () => deliver(standing.filter((other) => other !== fault))
  }
}
