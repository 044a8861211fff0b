import * as fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {next, type PendingSend, type PendingSendEvent, type Wanted} from './pending-send.ts'

const replay = (...events: readonly PendingSendEvent[]) => events.reduce<PendingSend>(next, {name: 'idle'})
const wanted: Wanted = {act: 'sent', text: 'Mine'}
const other: Wanted = {act: 'regenerated', messageId: 'a1'}
const begun = [
  {type: 'wanted', wanted},
  {type: 'looked', wanted},
] as const
const refused = {type: 'refused', wanted, currentLeafId: 'a2'} as const

describe('[CF14] a pending send', () => {
  test('goes out after the page has looked, and is over when its turn is', () => {
    expect(replay(begun[0]).name).toBe('looking')
    expect(replay(...begun)).toEqual({name: 'sending', wanted})
    expect(replay(...begun, {type: 'ended', wanted})).toEqual({name: 'idle'})
  })

  test('waits for a decision when the server refused it, and its end takes nothing back', () => {
    const conflict = {name: 'conflict', wanted, currentLeafId: 'a2', why: 'refused'}
    expect(replay(...begun, refused)).toEqual(conflict)
    expect(replay(...begun, refused, {type: 'ended', wanted})).toEqual(conflict)
  })

  test('waits for a decision when the page has warned of it before it went out', () => {
    expect(replay(begun[0], {type: 'warned', wanted, currentLeafId: null})).toEqual({
      name: 'conflict',
      wanted,
      currentLeafId: null,
      why: 'warned',
    })
  })

  test('is given up by showing the changes, by leaving, or by sending something else', () => {
    expect(replay(...begun, refused, {type: 'show'})).toEqual({name: 'idle'})
    expect(replay(...begun, refused, {type: 'drop'})).toEqual({name: 'idle'})
    expect(replay(...begun, refused, {type: 'wanted', wanted: other})).toEqual({
      name: 'looking',
      wanted: other,
    })
  })

  test('sent anyway is the same once more, and deaf to how the first attempt ended', () => {
    const again = replay(...begun, refused, {type: 'send-anyway'})
    expect(again).toEqual({name: 'looking', wanted})
    expect(next(again, {type: 'ended', wanted})).toBe(again)
    expect(next(again, refused)).toBe(again)
  })

  test('in any order: a conflict comes of a refusal or a warning alone, and is left by a decision alone', () => {
    const events: readonly PendingSendEvent[] = [
      ...begun,
      refused,
      {type: 'warned', wanted, currentLeafId: null},
      {type: 'ended', wanted},
      {type: 'show'},
      {type: 'send-anyway'},
      {type: 'drop'},
      {type: 'wanted', wanted: other},
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events), {maxLength: 20}), (script) => {
        let state: PendingSend = {name: 'idle'}
        for (const event of script) {
          const after = next(state, event)
          if (after.name === 'conflict' && state.name !== 'conflict')
            expect(['refused', 'warned']).toContain(event.type)
          if (state.name === 'conflict' && after.name !== 'conflict')
            expect(['show', 'send-anyway', 'drop', 'wanted']).toContain(event.type)
          state = after
        }
      }),
    )
  })
})
