import {describe} from 'vitest'
import {CALM, SENT, heldTo} from './held-to.ts'

describe('[SG7] no phantom', () => {
  heldTo('noPhantom', {
    holds: {
      'what was committed is shown': CALM,
      'an own message on its way': `${CALM}; A sends m2 on a1; A shows m1 a1 m2?`,
      'an own message that failed': `${CALM}; A sends m2 on a1; A shows m1 a1 m2!`,
      'an answer that is being written': `${SENT}; begin a2 4; A shows m1 a1 m2 a2:4`,
      'an answer that was only announced': `${SENT}; A shows m1 a1 m2 a2:0`,
      'shown before its commit, by a relay': `${CALM}; B shows m1 a1 m2; commit m2 on a1`,
      'a full reading': `${CALM}; A reads m1 a1`,
    },
    breaks: {
      'a message that nobody wrote': `${CALM}; A shows m1 a1 x1`,
      'a text that nobody writes': `${CALM}; A shows m1 a1 x1:3`,
      'a cut text that is called complete': `${CALM}; A shows m1 a1=4`,
      'more than was committed': `${CALM}; A shows m1 a1=14`,
      'another text in a full reading': `${CALM}; A reads m1 a1#other`,
      'complete, and never committed': `${SENT}; begin a2 4; A shows m1 a1 m2 a2=4`,
    },
  })
})

describe('[SG8] no duplicate', () => {
  heldTo('noDuplicate', {
    holds: {
      'each once': SENT,
      'the same words sent twice': `${CALM}; A sends m2 on a1; commit m2 on a1 saying hello; A sends m3 on m2; commit m3 on m2 saying hello`,
      'the same words of two persons': `${CALM}; A sends m2 on a1; commit m2 on a1 saying hello; commit m3 in other of v saying hello`,
      'the same words in another conversation': `${CALM}; A sends m2 on a1; commit m2 on a1 saying hello; commit m3 in other saying hello`,
      'words that no act named': `${CALM}; commit m2 on a1 saying hello; commit m3 on m2 saying hello`,
      'two answers of the same words': `${SENT}; commit a2 on m2 saying yes; commit a3 on m2 saying yes`,
    },
    breaks: {
      'twice in a view': `${CALM}; A shows m1 a1 a1`,
      'twice, with another between': `${CALM}; A shows m1 a1 m1`,
      'committed twice': `${SENT}; commit m2 on a1`,
      'sent again by itself, beside the first': `${CALM}; A sends m2 on a1; commit m2 on a1 saying hello; commit m3 on a1 saying hello`,
      'sent again by itself, below the answer': `${CALM}; A sends m2 on a1; commit m2 on a1 saying hello; commit a2 on m2; commit m3 on a2 saying hello`,
      'a full reading of one twice': `${CALM}; B reads m1 m1 a1`,
    },
  })
})

describe('[SG9] nothing lost', () => {
  heldTo('nothingLost', {
    holds: {
      'all is there': CALM,
      'on another branch': `${CALM}; commit m2 on a1; commit m3 on a1; A shows m1 a1 m2; B shows m1 a1 m3`,
      'not due yet': `${CALM}; commit m2 on a1; 7699 end`,
      'while a fault stands': `${CALM}; fault 1 strikes; commit m2 on a1`,
      'just after a fault healed': `${CALM}; fault 1 strikes; commit m2 on a1; 9000 fault 1 heals; 10000 end`,
      'in a hidden tab': `${CALM}; B hides; commit m2 on a1; A shows m1 a1 m2`,
      'in a tab that has just come to the front': `${CALM}; B hides; commit m2 on a1; A shows m1 a1 m2; 9000 B returns; 10000 end`,
      'in a closed tab': `${CALM}; commit m2 on a1; A shows m1 a1 m2; B closes`,
      'in another conversation': `${CALM}; commit m8 in other`,
    },
    breaks: {
      'a tab never shows the last': `${CALM}; commit m2 on a1; A shows m1 a1 m2`,
      'the last is gone at the end': `${SENT}; B shows m1 a1 m2; A shows m1 a1`,
      'one in the middle is missing': `${SENT}; B shows m1 m2`,
      'a page loaded later lacks it at once': `${CALM}; commit m2 on a1; A shows m1 a1 m2; 3000 B loads; B shows m1 a1; end`,
      'after a fault healed': `${CALM}; fault 1 strikes; commit m2 on a1; A shows m1 a1 m2; fault 1 heals`,
      'a whole branch below': `${CALM}; commit m2 on a1; commit a2 on m2; commit m3 on a2; A shows m1 a1 m2 a2 m3`,
      'due by a moment': `${CALM}; 1700 commit m2 on a1; 7700 end`,
    },
  })
})

describe('[SG10] convergence after heal', () => {
  heldTo('convergence', {
    holds: {
      'the same path': CALM,
      'one tab alone': `A opens; commit m1; A shows m1`,
      'two persons': `${CALM}; commit m2 on a1; A shows m1 a1 m2; B shows m1 a1 m2; C opens of v; C shows m1`,
      'two conversations': `${CALM}; commit m8 in other; B shows m8`,
      'a branch that was chosen': `${CALM}; commit m2 on a1; commit m3 on a1; A shows m1 a1 m2; B shows m1 a1 m2; B shows m1 a1 m3`,
      'not settled yet': `${CALM}; commit m2 on a1; A shows m1 a1 m2; end`,
      'an own message that did not leave': `${CALM}; A sends m2 on a1; A shows m1 a1 m2!`,
      'while a fault stands': `${CALM}; fault 1 strikes; commit m2 on a1; A shows m1 a1 m2`,
    },
    breaks: {
      'one ends before the other': `${CALM}; commit m2 on a1; A shows m1 a1 m2`,
      'the first ends before the other': `${CALM}; commit m2 on a1; B shows m1 a1 m2`,
      'two branches': `${CALM}; commit m2 on a1; commit m3 on a1; A shows m1 a1 m2; B shows m1 a1 m3`,
      'one text is cut': `${CALM}; B shows m1 a1:4`,
      'one text is another': `${CALM}; A reads m1 a1; B reads m1 a1#other`,
      'after a fault healed': `${CALM}; fault 1 strikes; commit m2 on a1; A shows m1 a1 m2; fault 1 heals`,
    },
  })
})

describe('[SG11] in order', () => {
  heldTo('inOrder', {
    holds: {
      'a path': CALM,
      'a hole is no disorder': `${SENT}; B shows m1 m2`,
      'two branches in the order of their commits': `${CALM}; commit m2 on a1; commit m3 on a1; A shows m1 a1 m2 m3`,
      'what nobody knows stands last': `${CALM}; A shows m1 a1 x1`,
      'an answer committed after what is below it': `${SENT}; begin a2 3; commit m3 on a2; commit a2 on m2; A shows m1 a1 m2 a2 m3`,
      'an empty transcript': `${CALM}; A shows`,
    },
    breaks: {
      'the answer before the question': `${CALM}; A shows a1 m1`,
      'the last two': `${SENT}; commit a2 on m2; A shows m1 a1 a2 m2`,
      'the first at the end': `${SENT}; A shows a1 m2 m1`,
      'two branches the wrong way round': `${CALM}; commit m2 on a1; commit m3 on a1; A shows m1 a1 m3 m2`,
      'in a full reading': `${CALM}; A reads a1 m1`,
    },
  })
})
