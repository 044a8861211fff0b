import {describe} from 'vitest'
import {CALM, toldOf} from './hazard-story.ts'

describe('what B does not know of the conversation', () => {
  const DELETED = `${CALM}; deleted`
  toldOf('HZ8', 'sent into deleted', {
    shown: {
      'sent into it': `${DELETED}; B tries send; B sends m2 on a1; ask B send 404`,
      'sent, and the words are lost': `${DELETED}; B tries send; B sends m2 on a1; ask B send 404; B has 0`,
      'edited in it': `${DELETED}; B tries edit; B edits m2 on root; ask B send 404`,
      'another answer to it': `${DELETED}; B tries regenerate; B regenerates a1 on m1; ask B send 404`,
      'by whoever deleted it': `${DELETED}; A tries send; A sends m2 on a1; ask A send 404`,
    },
    absent: {
      'the page looked and says so': `${DELETED}; B tries send; B says This conversation was deleted in another tab.`,
      'the page keeps the words': `${DELETED}; B tries send; B has 9`,
      'it says why and keeps them': `${DELETED}; B tries send; B says It does not exist any more.; B has 9`,
      'sent before': `${CALM}; B tries send; B sends m2 on a1; commit m2 on a1; deleted; A tries send; A says It was deleted.`,
      'two of them look': `${DELETED}; A tries send; A says It was deleted.; B tries send; B says It was deleted.`,
    },
    untold: {
      'nothing was deleted': `${CALM}; B tries send; B sends m2 on a1; commit m2 on a1`,
      'nobody wrote into it': DELETED,
      'nothing is known of what B wrote': `${DELETED}; B tries send`,
      'the page did not offer it': `${DELETED}; B cannot edit`,
    },
  })

  const RENAMED = `${CALM}; A is titled old; B is titled old; renamed new; A is titled new`
  const B_SENT = 'B tries send; B sends m2 on a1; commit m2 on a1'
  toldOf('HZ9', 'sent under an old name', {
    shown: {
      'the heading is the old one': `${RENAMED}; ${B_SENT}`,
      'it changes a moment later': `${RENAMED}; ${B_SENT}; B is titled new`,
      'renamed twice, one known': `${RENAMED}; B is titled new; renamed newer; ${B_SENT}`,
      'of two tabs one': `${RENAMED}; A tries send; A sends m3 on a1; commit m3 on a1; ${B_SENT}`,
      'and it is refused for another reason': `${RENAMED}; B tries send; B sends m2 on a1; ask B send 409`,
    },
    absent: {
      'the heading is the new one': `${RENAMED}; B is titled new; ${B_SENT}`,
      'it changes between the key and the act': `${RENAMED}; B tries send; B is titled new; B sends m2 on a1; commit m2 on a1`,
      'the page asks first': `${RENAMED}; B tries send; B says It is called otherwise now.`,
      'who renamed it sends': `${RENAMED}; A tries send; A sends m2 on a1; commit m2 on a1`,
      'renamed back': `${RENAMED}; renamed old; ${B_SENT}`,
    },
    untold: {
      'nothing was renamed': `${CALM}; B is titled old; ${B_SENT}`,
      'nobody wrote afterwards': RENAMED,
      'B did not say what its heading was': `${CALM}; renamed new; ${B_SENT}`,
    },
  })

  const STREAM = `${CALM}; A tries send; A sends m2 on a1; commit m2 on a1; begin a2 3; A shows m1 a1 m2 a2:3`
  const STOPPED = `${STREAM}; B stops a2; stopped a2; commit a2 on m2 long 3; A shows m1 a1 m2 a2=3`
  toldOf('HZ10', 'stopped by another tab', {
    shown: {
      'A never says so': `${STOPPED}; A reads m1 a1 m2 a2=3`,
      'A says something else': `${STOPPED}; A says The answer was cut off.; A reads m1 a1 m2 a2=3`,
      'B says so': `${STOPPED}; B says This answer was stopped in another tab.; A reads m1 a1 m2 a2=3`,
      'A said so of something before': `${CALM}; A says This answer was stopped in another tab.; ${STOPPED.slice(CALM.length + 2)}; A reads m1 a1 m2 a2=3`,
      'the page of B did not know the answer': `${STREAM}; B stops m2; stopped a2; commit a2 on m2 long 3; A reads m1 a1 m2 a2=3`,
    },
    absent: {
      'A says so': `${STOPPED}; A says This answer was stopped in another tab.; A reads m1 a1 m2 a2=3`,
      'A says so before the stop is durable': `${STREAM}; B stops a2; A says This answer was stopped in another tab.; stopped a2; commit a2 on m2 long 3`,
      'A says so at the very end': `${STOPPED}; A reads m1 a1 m2 a2=3; A says Stopped in another tab.`,
      'A says so, then nothing': `${STOPPED}; A says This answer was stopped in another tab.; A notes nothing new`,
      'A says it and goes on': `${STOPPED}; A says This answer was stopped in another tab.; A tries send; A sends m3 on a2; commit m3 on a2`,
    },
    untold: {
      'nobody stopped it': `${STREAM}; commit a2 on m2; A reads m1 a1 m2 a2`,
      'A itself stopped it': `${STREAM}; A stops a2; stopped a2; commit a2 on m2 long 3; A reads m1 a1 m2 a2=3`,
      'the stop came too late': `${STREAM}; B stops a2; commit a2 on m2; A reads m1 a1 m2 a2`,
      'A was not read afterwards': STOPPED,
    },
  })

  const CHOSEN = `${CALM}; chosen large`
  toldOf('HZ11', 'answered by the old model', {
    shown: {
      'the old one answers': `${CHOSEN}; ${B_SENT}; turn a2 small`,
      'chosen twice, one known': `${CHOSEN}; chosen huge; ${B_SENT}; turn a2 large`,
      'the second turn': `${CHOSEN}; ${B_SENT}; turn a2 large; B tries send; B sends m3 on m2; commit m3 on m2; turn a3 small`,
      'another answer': `${CHOSEN}; B tries regenerate; B regenerates a1 on m1; turn a2 small; commit a2 on m1`,
      'the first of two': `${CHOSEN}; ${B_SENT}; turn a2 small; A tries send; A sends m3 on a1; commit m3 on a1; turn a3 large`,
    },
    absent: {
      'the chosen one answers': `${CHOSEN}; ${B_SENT}; turn a2 large`,
      'chosen again before': `${CHOSEN}; chosen small; ${B_SENT}; turn a2 small`,
      'chosen after the turn began': `${CHOSEN}; ${B_SENT}; turn a2 large; chosen small`,
      'the page asks first': `${CHOSEN}; B tries send; B says Another model was chosen.`,
      'what was before does not count': `${CALM}; A tries send; A sends m9 on a1; commit m9 on a1; turn a9 small; chosen large; ${B_SENT}; turn a2 large`,
    },
    untold: {
      'nobody chose': `${CALM}; ${B_SENT}; turn a2 small`,
      'nobody asked afterwards': CHOSEN,
      'nobody says which one answered': `${CHOSEN}; ${B_SENT}`,
    },
  })

  const TYPED = `${CALM}; B types 9; B closes; B reopens`
  toldOf('HZ13', 'draft lost', {
    shown: {
      'the field is empty': `${TYPED}; B has 0; B reads m1 a1`,
      'the page says nothing of it': `${TYPED}; B reads m1 a1`,
      'other words are there': `${TYPED}; B has 4; B reads m1 a1`,
      'as many other words': `${TYPED}; B has 9 other; B reads m1 a1`,
      'they were there for a moment': `${TYPED}; B has 9; B has 0; B reads m1 a1`,
    },
    absent: {
      'they are there': `${TYPED}; B has 9; B reads m1 a1`,
      'they come late': `${TYPED}; B has 0; B has 9; B reads m1 a1`,
      'they are said twice': `${TYPED}; B has 9; B has 9; B reads m1 a1`,
      'they come after the reading': `${TYPED}; B has 0; B reads m1 a1; B has 9`,
      'it was opened twice': `${TYPED}; B has 9; B closes; B reopens; B has 9; B reads m1 a1`,
    },
    untold: {
      'nobody typed': `${CALM}; B closes; B reopens; B reads m1 a1`,
      'it was not opened again': `${CALM}; B types 9; B reads m1 a1`,
      'it was not read': `${TYPED}; B has 0`,
      'the page did not say what was typed': `${CALM}; B tries type; B closes; B reopens; B reads m1 a1`,
    },
  })

  const TWO = `A opens; B opens of v; commit m1; commit a1 on m1; A shows m1 a1; A tries send`
  toldOf('HZ15', 'sent as another account', {
    shown: {
      'what A sends': `${TWO}; A sends m2 on a1; ask A send 404 of v`,
      'what A prepares': `${TWO}; A sends m2 on a1; ask A prepare 404 of v`,
      'what A reads before': `${TWO}; ask A read 404 of v`,
      'the second of two': `${TWO}; ask A prepare 200; ask A send 404 of v`,
      'what B sends': `${TWO}; ask A send 200; B tries send; ask B send 404`,
    },
    absent: {
      'each as itself': `${TWO}; A sends m2 on a1; ask A send 200; ask B read 200 of v`,
      'A alone asks': `${TWO}; ask A send 200`,
      'A is refused as itself': `${TWO}; ask A send 409`,
      'what was asked before nobody sent': `ask A read 200 of v; ${TWO}; ask A send 200`,
      'both send as themselves': `${TWO}; ask A send 200; B tries send; ask B send 200 of v`,
    },
    untold: {
      'there is one account': `${CALM}; A tries send; ask A send 200`,
      'A asked for nothing': TWO,
      'nobody sent': `A opens; B opens of v; ask A read 200`,
    },
  })
})
