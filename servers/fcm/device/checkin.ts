/** Who a device is: a number and a secret, given out at the first check-in. Rules CI1–CI4. */
import {randomBytes} from 'node:crypto'
import protobuf from 'protobufjs'
import {decodeValue} from '#protocol/decode.ts'
import {CHECKIN_PROTO, checkinRequest, type CheckinRequest} from '#protocol/device/checkin.ts'
import type {PushStore} from '../core/push-store.ts'

const {root} = protobuf.parse(CHECKIN_PROTO)
const REQUEST = root.lookupType('AndroidCheckinRequest')
const RESPONSE = root.lookupType('AndroidCheckinResponse')

/** Both 64-bit numbers above 0, in decimal. */
export type Identity = {readonly deviceId: string; readonly securityToken: string}

/** Throws for a body that is none. */
export function readCheckin(body: Uint8Array): CheckinRequest {
  const request = decodeValue(checkinRequest, REQUEST.toObject(REQUEST.decode(body), {longs: String}))
  return {id: unsigned(request.id), securityToken: unsigned(request.securityToken)}
}

/**
 * A device that says who it is stays that, also when this store never saw it. One that has a number already in use, and not
 * its secret, becomes another device: an error would make a browser throw away all of its subscriptions.
 */
export function checkIn({id, securityToken}: CheckinRequest, store: PushStore): Identity {
  if (id !== '0' && securityToken !== '0' && store.admit(id, securityToken))
    return {deviceId: id, securityToken}
  for (;;) {
    const fresh = {deviceId: randomId(), securityToken: randomId()}
    if (store.hasDevice(fresh.deviceId)) continue
    store.admit(fresh.deviceId, fresh.securityToken)
    return fresh
  }
}

export const encodeCheckin = ({deviceId, securityToken}: Identity, wallMs: number): Uint8Array =>
  RESPONSE.encode(
    RESPONSE.fromObject({
      statsOk: true,
      timeMsec: String(Math.floor(wallMs)),
      marketOk: true,
      androidId: deviceId,
      securityToken,
      settingsDiff: false,
      versionInfo: 'tabwitness',
    }),
  ).finish()

/** The other end of the line. */
export const encodeCheckinRequest = ({deviceId, securityToken}: Identity): Uint8Array =>
  REQUEST.encode(
    REQUEST.fromObject({
      id: deviceId,
      securityToken,
      version: 3,
      userSerialNumber: 0,
      checkin: {type: 3, chromeBuild: {platform: 3, chromeVersion: '0.0.0.0', channel: 5}},
    }),
  ).finish()

export function readCheckinResponse(body: Uint8Array): Identity {
  const {androidId, securityToken} = RESPONSE.toObject(RESPONSE.decode(body), {longs: String})
  return {deviceId: String(androidId), securityToken: String(securityToken)}
}

const unsigned = (decimal: string): string => BigInt.asUintN(64, BigInt(decimal)).toString()

/** 63 bits: what a signed field holds too. */
const randomId = (): string => ((randomBytes(8).readBigUInt64BE() >> 1n) | 1n).toString()
