import {randomBytes} from 'node:crypto'
import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {openEndpointToken, originOf, sealEndpointToken} from './endpoint-token.ts'

const secret = randomBytes(32)
const about = {
  deviceId: '12',
  app: 'org.chromium.linux',
  subtype: 'wp:http://localhost:8080/#x-V2',
  vapidKey: 'key',
}

test('[PU2] a token says what it stands for, is never given twice, and fits into a path', () => {
  const [a, b] = [sealEndpointToken(about, secret), sealEndpointToken(about, secret)]
  expect(a).not.toBe(b)
  expect(a).toMatch(/^[\w.-]{1,500}$/)
  expect(openEndpointToken(a, secret)).toEqual({
    ...about,
    endpointToken: a,
    transport: 'mcs',
    origin: 'http://localhost:8080',
  })
})

test('[PU2] whatever is changed in a token, or put in its place, opens nothing', () => {
  const token = sealEndpointToken(about, secret)
  expect(openEndpointToken(token, randomBytes(32))).toBeUndefined()
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom('a', 'Z', '0', '-', '_', '.'), (place, letter) => {
      const forged = token.slice(0, place) + letter + token.slice(place + 1)
      if (forged !== token) expect(openEndpointToken(forged, secret)).toBeUndefined()
    }),
  )
  fc.assert(fc.property(fc.string(), (text) => openEndpointToken(text, secret) === undefined))
})

test.each([
  ['wp:http://localhost:8080/#4F-V2', 'http://localhost:8080'],
  ['wp:https://app.example/#4F-V2', 'https://app.example'],
  ['wp:nothing#4F', null],
  ['com.example.invalidations', null],
  ['', null],
])('[CI10] the origin in %j is %j', (subtype, origin) => {
  expect(originOf(subtype)).toBe(origin)
})
