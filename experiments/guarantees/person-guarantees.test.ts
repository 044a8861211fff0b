import {describe} from 'vitest'
import {CALM, SENT, heldTo} from './held-to.ts'

describe('[SG16] monotonic writes of a person', () => {
  heldTo('monotonicWritesOfPerson', {
    holds: {
      'the other tab goes on where the first was': `${SENT}; B shows m1 a1 m2; B sends m3 on m2; commit m3 on m2`,
      'both at once': `${CALM}; A sends m2 on a1; B sends m3 on a1; commit m2 on a1; commit m3 on a1; A gets m2; B gets m3`,
      'less than 4 ms apart': `${CALM}; A sends m2 on a1; commit m2 on a1; 3000 A gets m2; 3003 B sends m3 on a1; commit m3 on a1`,
      'another person': `${SENT}; C opens of v; C shows m1 a1; C sends m3 on a1; commit m3 on a1 of v`,
      'an edit in the other tab': `${SENT}; B edits m3 on a1; commit m3 on a1`,
      'on a branch that the other tab showed': `${SENT}; commit m4 on a1; B shows m1 a1 m4; B sends m5 on m4; commit m5 on m4`,
    },
    breaks: {
      'the other tab sends on the old leaf': `${SENT}; B sends m3 on a1; commit m3 on a1`,
      'acknowledged by the stream alone': `${CALM}; A sends m2 on a1; commit m2 on a1; A gets m2; B sends m3 on a1; commit m3 on a1`,
      'the server puts it back': `${SENT}; B shows m1 a1 m2; B sends m3 on m2; commit m3 on a1`,
      'from a page loaded before': `${SENT}; C opens; C shows m1 a1; C sends m3 on a1; commit m3 on a1`,
      'from a tab that shows nothing': `${SENT}; B loads; B sends m3 on a1; commit m3 on a1`,
      'exactly 4 ms apart': `${CALM}; A sends m2 on a1; commit m2 on a1; 3000 A gets m2; 3004 B sends m3 on a1; commit m3 on a1`,
    },
  })
})

describe('[SG17] monotonic reads of a person', () => {
  heldTo('monotonicReadsOfPerson', {
    holds: {
      'the other tab shows it, too': `${SENT}; B shows m1 a1 m2`,
      'the other tab stands still, and nobody acts in it': SENT,
      'a hidden tab is behind': `${CALM}; B hides; commit m2 on a1; A shows m1 a1 m2; B shows m1 a1`,
      'a tab that catches up as it is looked at': `${CALM}; B hides; commit m2 on a1; A shows m1 a1 m2; 4000 B returns; 4060 B shows m1 a1 m2`,
      'less than 4 ms apart': `${CALM}; commit m2 on a1; 3000 A shows m1 a1 m2; 3003 B shows m1 a1`,
      'only a part had been read': `${SENT}; begin a2 5; A shows m1 a1 m2 a2:5; B shows m1 a1 m2; commit a2 on m2`,
      'read before it was committed': `${CALM}; A sends m2 on a1; A shows m1 a1 m2; B shows m1 a1; commit m2 on a1`,
      'another person': `${SENT}; C opens of v; C shows m1 a1`,
      'looked at and hidden again at once': `${CALM}; B hides; commit m2 on a1; A shows m1 a1 m2; 4000 B returns; 4050 B hides`,
    },
    breaks: {
      'the other tab shows a view without it': `${SENT}; B shows m1 a1`,
      'the person acts in a tab that lacks it': `${SENT}; B sends m3 on a1; commit m3 on a1`,
      'the person comes back to a tab that lacks it': `${CALM}; B hides; commit m2 on a1; A shows m1 a1 m2; B returns`,
      'a new page reads a copy that lags behind': `${SENT}; B loads; B shows m1 a1`,
      'a full reading lacks it': `${SENT}; B reads m1 a1`,
      'the tab itself loses it': `${CALM}; A shows m1`,
      'a third tab is opened': `${SENT}; C opens; C shows m1 a1`,
    },
  })
})

describe('[SG18] read your writes of a person', () => {
  heldTo('readYourWritesOfPerson', {
    holds: {
      'the other tab shows it, too': `${SENT}; B shows m1 a1 m2`,
      'not acknowledged yet': `${CALM}; A sends m2 on a1; A shows m1 a1 m2?; commit m2 on a1; B shows m1 a1`,
      'a hidden tab is behind': `${CALM}; B hides; A sends m2 on a1; commit m2 on a1; A shows m1 a1 m2; B shows m1 a1`,
      'another branch': `${SENT}; commit m3 on a1; B shows m1 a1 m3`,
      'written by another person': `${SENT}; C opens of v; C shows m1 a1`,
      'less than 4 ms apart': `${CALM}; A sends m2 on a1; commit m2 on a1; 3000 A shows m1 a1 m2; 3003 B shows m1 a1`,
      'replaced in the other tab': `${SENT}; B shows m1 a1 m2; B edits m3 on a1; B shows m1 a1; commit m3 on a1`,
    },
    breaks: {
      'the other tab shows a view without it': `${SENT}; B shows m1 a1`,
      'the person acts in a tab that lacks it': `${SENT}; B sends m3 on a1; commit m3 on a1`,
      'the person stops an answer in a tab that lacks it': `${SENT}; B regenerates a1 on m1`,
      'the person comes back to a tab that lacks it': `${CALM}; B hides; A sends m2 on a1; commit m2 on a1; A shows m1 a1 m2; B returns`,
      'a new page lacks it': `${SENT}; B loads; B shows m1 a1`,
      'its answer is there without it': `${SENT}; commit a2 on m2; B shows m1 a1 a2`,
    },
  })
})

describe('[SG19] writes follow reads of a person', () => {
  heldTo('writesFollowReadsOfPerson', {
    holds: {
      'below what the other tab showed': `${SENT}; B sends m3 on m2; commit m3 on m2`,
      'what no tab had shown': `${CALM}; commit m2 on a1; B sends m3 on a1; commit m3 on a1`,
      'what only a hidden tab had shown': `${CALM}; A hides; commit m2 on a1; A shows m1 a1 m2; B sends m3 on a1; commit m3 on a1`,
      'an edit': `${SENT}; B edits m3 on a1; commit m3 on a1`,
      'on another branch': `${SENT}; commit m3 on a1; B shows m1 a1 m3; B sends m4 on m3; commit m4 on m3`,
      'the server puts it where it belongs': `${SENT}; B sends m3 on a1; commit m3 on m2`,
    },
    breaks: {
      'sent beside what the other tab showed': `${SENT}; B sends m3 on a1; commit m3 on a1`,
      'what the server wrote by itself': `${CALM}; commit a2 on a1; A shows m1 a1 a2; B sends m3 on a1; commit m3 on a1`,
      'read when the tab came to the front': `${CALM}; A hides; commit m2 on a1; A shows m1 a1 m2; 4000 A returns; 4200 B sends m3 on a1; commit m3 on a1`,
      'the tab itself had shown it': `${CALM}; commit m2 on a1; A shows m1 a1 m2; A sends m3 on a1; commit m3 on a1`,
      'from a page loaded before it came': `${SENT}; C opens; C shows m1 a1; C sends m3 on a1; commit m3 on a1`,
    },
  })
})
