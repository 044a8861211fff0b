import {describe} from 'vitest'
import {CALM, SENT, heldTo} from './held-to.ts'

describe('[SG12] monotonic writes of a tab', () => {
  heldTo('monotonicWrites', {
    holds: {
      'the second below the first': `${SENT}; A sends m3 on m2; commit m3 on m2`,
      'far below the first': `${SENT}; commit a2 on m2; A shows m1 a1 m2 a2; A sends m3 on a2; commit m3 on a2`,
      'an edit goes back on purpose': `${SENT}; A edits m3 on a1; commit m3 on a1`,
      'on a branch that the tab showed': `${SENT}; commit m4 on a1; A shows m1 a1 m4; A sends m5 on m4; commit m5 on m4`,
      'the first was never accepted': `${CALM}; A sends m2 on a1; A shows m1 a1 m2!; A sends m3 on a1; commit m3 on a1`,
      'in another conversation': `${SENT}; commit m8 in other; A shows m8; A sends m9 on m8; commit m9 on m8 in other`,
      'two tabs, one each': `${CALM}; A sends m2 on a1; B sends m3 on a1; commit m2 on a1; commit m3 on a1`,
      'the same message tried twice': `${CALM}; A sends m2 on a1; A sends m2 on a1; commit m2 on a1`,
    },
    breaks: {
      'the second beside the first': `${SENT}; A shows m1 a1; A sends m3 on a1; commit m3 on a1`,
      'sent again after a lost answer': `${CALM}; A sends m2 on a1; commit m2 on a1; A shows m1 a1 m2!; A sends m3 on a1; commit m3 on a1`,
      'they overtake each other': `${CALM}; A sends m2 on a1; A sends m3 on m2; commit m3 on a1; commit m2 on m3`,
      'the server puts the second elsewhere': `${SENT}; A sends m3 on m2; commit m3 on a1`,
      'beside an own edit': `${SENT}; A edits m3 on a1; commit m3 on a1; A shows m1 a1; A sends m4 on a1; commit m4 on a1`,
      'after a reload': `${SENT}; A loads; A shows m1 a1; A sends m3 on a1; commit m3 on a1`,
    },
  })
})

describe('[SG13] monotonic reads of a tab', () => {
  heldTo('monotonicReads', {
    holds: {
      'the path grows': `${SENT}; commit a2 on m2; A shows m1 a1 m2 a2`,
      'an answer grows': `${SENT}; begin a2 9; A shows m1 a1 m2 a2:3; A shows m1 a1 m2 a2:9; commit a2 on m2; A shows m1 a1 m2 a2`,
      'another branch': `${SENT}; commit m3 on a1; A shows m1 a1 m3`,
      'an own edit takes the place': `${CALM}; A edits m2 on root; A shows m2?; commit m2; A shows m2`,
      'an own regeneration': `${CALM}; A regenerates a1 on m1; A shows m1; commit a2 on m1; A shows m1 a2`,
      'a regeneration in another tab': `${CALM}; B regenerates a1 on m1; A loads; A shows m1; commit a2 on m1; A shows m1 a2`,
      'two regenerations in other tabs': `${CALM}; B regenerates a1 on m1; C regenerates a1 on m1; commit a2 on m1; A shows m1 a2; A shows m1; commit a3 on m1; A shows m1 a3`,
      'nothing is shown for a moment': `${CALM}; A loads; A shows; A shows m1 a1`,
      'another conversation': `${CALM}; commit m8 in other; A shows m8`,
      'a new page without what was still being written': `${SENT}; begin a2 4; A shows m1 a1 m2 a2:4; A loads; A shows m1 a1 m2; commit a2 on m2`,
      'the server kept less than was shown': `${SENT}; begin a2 9; A shows m1 a1 m2 a2:9; commit a2 on m2 long 4; A shows m1 a1 m2 a2=4`,
      'a message that never left goes': `${CALM}; A sends m2 on a1; A shows m1 a1 m2!; A shows m1 a1`,
    },
    breaks: {
      'the last is gone': `${CALM}; A shows m1`,
      'one in the middle is gone': `${SENT}; A shows m1 m2`,
      'the first is gone': `${CALM}; A shows a1`,
      'a text shrinks': `${SENT}; commit a2 on m2; A shows m1 a1 m2 a2:8; A shows m1 a1 m2 a2:5`,
      'a new page lacks what was committed': `${SENT}; A loads; A shows m1 a1`,
      'what is being written goes from the same page': `${SENT}; begin a2 4; A shows m1 a1 m2 a2:4; A shows m1 a1 m2; commit a2 on m2`,
      'a regeneration in another tab, further down': `${SENT}; commit a2 on m2; A shows m1 a1 m2 a2; B regenerates a2 on m2; A shows m1`,
      'a regeneration in another tab that brings nothing': `${CALM}; B regenerates a1 on m1; A loads; A shows m1`,
      'to another branch and back': `${SENT}; commit m3 on a1; A shows m1 a1 m3; A shows m1 a1`,
      'an empty page hides nothing for good': `${CALM}; A shows; A shows m1`,
    },
  })
})

describe('[SG14] read your writes of a tab', () => {
  heldTo('readYourWrites', {
    holds: {
      'it is there': SENT,
      'it is not accepted yet': `${CALM}; A sends m2 on a1; A shows m1 a1; commit m2 on a1`,
      'it was never accepted': `${CALM}; A sends m2 on a1; A shows m1 a1 m2!; A shows m1 a1`,
      'replaced by an own edit': `${SENT}; A edits m3 on a1; A shows m1 a1; commit m3 on a1`,
      'replaced before it was acknowledged': `${CALM}; A sends m2 on a1; A edits m3 on a1; commit m2 on a1; commit m3 on a1; A gets m2; A shows m1 a1`,
      'the tab shows another branch': `${SENT}; commit m3 on a1; A loads; A shows m1 a1 m3`,
      'the tab shows another conversation': `${SENT}; commit m8 in other; A shows m8`,
      'another tab lacks it': `${SENT}; B shows m1 a1`,
    },
    breaks: {
      'it is gone': `${SENT}; A shows m1 a1`,
      'a new page reads a copy that lags behind': `${SENT}; A loads; A shows m1 a1`,
      'acknowledged by the stream and never shown': `${CALM}; A sends m2 on a1; commit m2 on a1; A gets m2; A shows m1 a1`,
      'its answer is there without it': `${SENT}; commit a2 on m2; A shows m1 a1 a2`,
      'gone in a hidden tab': `${SENT}; A hides; A shows m1 a1`,
      'an edit is gone': `${CALM}; A edits m2 on root; A shows m2?; commit m2; A shows m2; commit a2 on m2; A shows a2`,
    },
  })
})

describe('[SG15] writes follow reads of a tab', () => {
  heldTo('writesFollowReads', {
    holds: {
      'below what it shows': `${SENT}; B shows m1 a1 m2; B sends m3 on m2; commit m3 on m2`,
      'what it had not shown': `${SENT}; B sends m3 on a1; commit m3 on a1`,
      'an edit goes back': `${SENT}; A edits m3 on a1; commit m3 on a1`,
      'a regeneration goes back': `${SENT}; commit a2 on m2; A shows m1 a1 m2 a2; A regenerates a1 on m1; commit a3 on m1; A shows m1 a3; A sends m5 on a3; commit m5 on a3`,
      'on the other of two branches': `${SENT}; commit m3 on a1; A shows m1 a1 m3; A sends m4 on m3; commit m4 on m3`,
      'sent and never accepted': `${SENT}; A sends m3 on a1`,
      'the server puts it further on': `${SENT}; B sends m3 on a1; commit m3 on m2`,
    },
    breaks: {
      'the page names an older parent than it shows': `${CALM}; commit m2 on a1; A shows m1 a1 m2; A sends m3 on a1; commit m3 on a1`,
      'the server puts it further back': `${CALM}; commit m2 on a1; A shows m1 a1 m2; A sends m3 on m2; commit m3 on a1`,
      'beside an answer that is being written': `${SENT}; begin a2 3; A shows m1 a1 m2 a2:3; A sends m3 on m2; commit a2 on m2; commit m3 on m2`,
      'on the very first message': `${CALM}; A sends m2 on m1; commit m2 on m1`,
      'after it was gone from the screen': `${CALM}; commit m2 on a1; A shows m1 a1 m2; A shows m1 a1; A sends m3 on a1; commit m3 on a1`,
      'after a reload that lacks it': `${CALM}; commit m2 on a1; A shows m1 a1 m2; A loads; A shows m1 a1; A sends m3 on a1; commit m3 on a1`,
    },
  })
})
