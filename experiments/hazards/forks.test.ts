import {describe} from 'vitest'
import {B_SENDS, CALM, toldOf, WENT_ON} from './hazard-story.ts'

describe('what is sent where the conversation has gone on', () => {
  toldOf('HZ6', 'silent fork', {
    shown: {
      'on the old leaf': `${WENT_ON}; ${B_SENDS}; commit m3 on a1`,
      'before the answer is there': `${CALM}; A tries send; A sends m2 on a1; commit m2 on a1; ${B_SENDS}; commit m3 on a1`,
      'told of something else': `${WENT_ON}; ${B_SENDS}; commit m3 on a1; B notes nothing new`,
      'told too late': `${WENT_ON}; ${B_SENDS}; commit m3 on a1; B tries send; B sends m4 on m3; commit m4 on m3; B is told`,
      'from a third tab': `${WENT_ON}; C opens; C shows m1 a1; C tries send; C sends m3 on a1; commit m3 on a1`,
      'after a reload that lacked it': `${WENT_ON}; B reopens; B shows m1 a1; ${B_SENDS}; commit m3 on a1`,
    },
    absent: {
      'it is refused, and said so': `${WENT_ON}; ${B_SENDS}; ask B send 409; B is told; B shows m1 a1`,
      'B had shown what A had': `${WENT_ON}; B shows m1 a1 m2 a2; B tries send; B sends m3 on a2; commit m3 on a2`,
      'the server puts it at the end': `${WENT_ON}; ${B_SENDS}; commit m3 on a2; B is told`,
      'the page warns instead of sending': `${WENT_ON}; B tries send; B is told`,
      'the page says so afterwards': `${WENT_ON}; ${B_SENDS}; commit m3 on a1; B is told`,
      'the page keeps the words': `${WENT_ON}; B tries send; B has 9`,
    },
    untold: {
      'only one tab has sent': WENT_ON,
      'nobody knows whether it arrived': `${WENT_ON}; ${B_SENDS}`,
      'nothing is known of what B wrote': `${WENT_ON}; B tries send`,
      'nothing was committed': `${CALM}; A tries send; A sends m2 on a1; ask A send 503; ${B_SENDS}; ask B send 503`,
      'B could not even try': `${WENT_ON}; B cannot send`,
    },
  })

  const BOTH = `${CALM}; together; A sends m2 on a1; B sends m3 on a1`
  toldOf('HZ6', 'both send', {
    shown: {
      'both are in': `${BOTH}; commit m2 on a1; commit m3 on a1`,
      'the other way round': `${BOTH}; commit m3 on a1; commit m2 on a1`,
      'with their answers': `${BOTH}; commit m2 on a1; commit m3 on a1; commit a2 on m2; commit a3 on m3; A shows m1 a1 m2 a2; B shows m1 a1 m3 a3`,
      'one of them is told something else': `${BOTH}; commit m2 on a1; commit m3 on a1; B notes nothing new`,
      'told which came first, and not to the other': `${BOTH}; commit m2 on a1; commit m3 on a1; A is told`,
    },
    absent: {
      'the second is refused': `${BOTH}; commit m2 on a1; ask B send 409; B is told`,
      'the first is refused': `${BOTH}; commit m3 on a1; ask A send 409; A is told`,
      'the second goes below the first': `${BOTH}; commit m2 on a1; commit m3 on m2; B is told`,
      'the second is told afterwards': `${BOTH}; commit m2 on a1; commit m3 on a1; B is told`,
      'refused before anything was committed': `${BOTH}; ask B send 409; commit m2 on a1; B shows m1 a1`,
    },
    untold: {
      'one tab alone': `${CALM}; together; A sends m2 on a1; commit m2 on a1`,
      'nobody knows of the second': `${BOTH}; commit m2 on a1`,
      'both are refused': `${BOTH}; ask A send 409; ask B send 409`,
    },
  })

  const STREAM = `${CALM}; A tries send; A sends m2 on a1; commit m2 on a1; begin a2 3`
  toldOf('HZ6', 'send into a stream', {
    shown: {
      'beside the answer': `${STREAM}; ${B_SENDS}; commit m3 on a1; commit a2 on m2`,
      'committed after it': `${STREAM}; ${B_SENDS}; commit a2 on m2; commit m3 on a1`,
      'while B shows the question': `${STREAM}; B shows m1 a1 m2; B tries send; B sends m3 on m2; commit m3 on m2; commit a2 on m2`,
      'two of them': `${STREAM}; ${B_SENDS}; commit m3 on a1; B tries send; B sends m4 on m3; commit m4 on m3; commit a2 on m2`,
      'with an answer of its own': `${STREAM}; ${B_SENDS}; commit m3 on a1; begin a3 2; commit a3 on m3; commit a2 on m2`,
    },
    absent: {
      'it is refused': `${STREAM}; ${B_SENDS}; ask B send 409; B is told; commit a2 on m2`,
      'B shows the answer, so that it cannot send': `${STREAM}; B shows m1 a1 m2 a2:3; B tries send; commit a2 on m2`,
      'the page warns': `${STREAM}; B tries send; B is told; commit a2 on m2`,
      'B sends below what is being written': `${STREAM}; B shows m1 a1 m2 a2:3; B tries send; B sends m3 on a2; commit a2 on m2; commit m3 on a2`,
      'B is told afterwards': `${STREAM}; ${B_SENDS}; commit m3 on a1; B is told; commit a2 on m2`,
    },
    untold: {
      'the answer was over': `${STREAM}; commit a2 on m2; ${B_SENDS}; commit m3 on a1`,
      'nobody else sent': `${STREAM}; commit a2 on m2`,
      'nobody knows whether it arrived': `${STREAM}; ${B_SENDS}; commit a2 on m2`,
    },
  })

  const OFFLINE = `${CALM}; fault 1 strikes; ${B_SENDS}; A tries send; A sends m2 on a1; commit m2 on a1; commit a2 on m2; fault 1 heals`
  toldOf('HZ6', 'outbox replayed', {
    shown: {
      'on the old leaf': `${OFFLINE}; ask B send 200; commit m3 on a1`,
      'and answered': `${OFFLINE}; commit m3 on a1; begin a3 4; commit a3 on m3; ask B send 200`,
      'after B has read what A had': `${OFFLINE}; B shows m1 a1 m2 a2 m3?; ask B send 200; commit m3 on a1`,
      'after B was told of something else': `${OFFLINE}; B notes nothing new; ask B send 200; commit m3 on a1`,
      'the second time': `${OFFLINE}; ask B send 0; ask B send 200; commit m3 on a1`,
    },
    absent: {
      'it is refused': `${OFFLINE}; ask B send 409; B is told`,
      'it is refused without a word': `${OFFLINE}; ask B send 409; B shows m1 a1`,
      'it is put at the end': `${OFFLINE}; ask B send 200; commit m3 on a2; B is told`,
      'B is told afterwards': `${OFFLINE}; ask B send 200; commit m3 on a1; B is told`,
      'B is told before it goes': `${OFFLINE}; B is told; ask B send 200; commit m3 on a1`,
    },
    untold: {
      'it was never sent': `${OFFLINE}; B says Waiting for the network`,
      'no fault stood': `${WENT_ON}; ${B_SENDS}; ask B send 200; commit m3 on a1`,
      'A had not gone on': `${CALM}; fault 1 strikes; ${B_SENDS}; fault 1 heals; ask B send 200; commit m3 on a1; A tries send; A sends m2 on m3; commit m2 on m3`,
    },
  })
})
