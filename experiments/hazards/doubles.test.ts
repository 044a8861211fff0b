import {describe} from 'vitest'
import {CALM, toldOf} from './hazard-story.ts'

const SENT = `${CALM}; A tries send; A sends m2 on a1; A shows m1 a1 m2?; commit m2 on a1 saying hello; ask A send 0`

describe('what is sent again after a lost answer', () => {
  for (const hazard of ['resent with the same ids', 'resent with fresh ids'] as const)
    toldOf('HZ12', hazard, {
      shown: {
        'stored once more beside it': `${SENT}; commit m3 on a1 saying hello; ask A send 200`,
        'stored once more below it': `${SENT}; commit a2 on m2; commit m3 on a2 saying hello; ask A send 200`,
        'answered twice': `${SENT}; commit m3 on a1 saying hello; commit a2 on m2; commit a3 on m3; ask A send 200`,
        'three times': `${SENT}; commit m3 on a1 saying hello; commit m4 on a1 saying hello; ask A send 0; ask A send 200`,
        'shown twice': `${SENT}; ask A send 200; A shows m1 a1 m2 m2`,
      },
      absent: {
        'the server knows it': `${SENT}; ask A send 200; A shows m1 a1 m2`,
        'it is refused': `${SENT}; ask A send 409; A shows m1 a1 m2`,
        'the person sends other words': `${SENT}; ask A send 200; A tries send; A sends m3 on m2; commit m3 on m2 saying more`,
        'the person says the same again': `${SENT}; ask A send 200; A tries send; A sends m3 on m2; commit m3 on m2 saying hello`,
        'the same words in another conversation': `${SENT}; ask A send 200; commit m3 in other saying hello`,
      },
      untold: {
        'nothing was sent again': SENT,
        'nobody sent': `${CALM}; ask A send 200; ask A send 200`,
        'the page could not send': `${CALM}; A cannot send; ask A send 0; ask A send 200`,
      },
    })
})

describe('an own message that a new page lacks', () => {
  const SAID = `${CALM}; A tries send; A sends m2 on a1; commit m2 on a1; commit a2 on m2; A shows m1 a1 m2 a2`
  toldOf('HZ14', 'read from a lagging replica', {
    shown: {
      'it is not there': `${SAID}; A reopens; A shows m1 a1`,
      'nor at the second look': `${SAID}; A reopens; A shows m1 a1; A shows m1 a1`,
      'and then it is': `${SAID}; A reopens; A shows m1 a1; A shows m1 a1 m2 a2`,
      'an older one still': `${SAID}; A reopens; A shows m1`,
      'its answer is there without it': `${SAID}; A reopens; A shows m1 a1 a2`,
    },
    absent: {
      'it is there': `${SAID}; A reopens; A shows m1 a1 m2 a2`,
      'without its answer': `${SAID}; A reopens; A shows m1 a1 m2`,
      'it grows': `${SAID}; A reopens; A shows m1 a1 m2; A shows m1 a1 m2 a2`,
      'another branch is shown': `${SAID}; commit m3 on a1; A reopens; A shows m1 a1 m3`,
      'it was never acknowledged': `${CALM}; A tries send; A sends m2 on a1; A shows m1 a1 m2?; commit m2 on a1; A reopens; A shows m1 a1`,
    },
    untold: {
      'no page was loaded anew': SAID,
      'the new page shows nothing': `${SAID}; A reopens`,
      'nothing was committed': `${CALM}; A tries send; A sends m2 on a1; A reopens; A shows m1 a1`,
      'the replica had caught up before': `${SAID}; 9000 A reopens; A shows m1 a1 m2 a2`,
    },
  })
})
