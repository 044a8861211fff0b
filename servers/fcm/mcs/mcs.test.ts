import {expect, test, vi} from 'vitest'
import {startTestBackEnd} from './test-back-end.ts'

test('[MC9] a device that logged in gets what is pushed, in order, and acknowledges it', async () => {
  await using backEnd = await startTestBackEnd()
  const {endpointToken, texts, messages} = await backEnd.device()
  for (const text of ['a', 'b', 'c']) backEnd.push(endpointToken, text)
  await vi.waitFor(() => expect(backEnd.kinds('push-acked')).toHaveLength(3))
  expect(texts()).toEqual(['a', 'b', 'c'])
  expect(messages[0]?.subtype).toBe('wp:http://localhost:8080/#0-V2')
})
