import {describe} from 'vitest'
import {CALM, SENT, heldTo} from './held-to.ts'

/** B answers what A has already gone on from. */
const FORK = `${SENT}; B sends m3 on a1; B shows m1 a1 m3?; commit m3 on a1; B shows m1 a1 m3`

describe('[SG20] no lost update', () => {
  heldTo('noLostUpdate', {
    holds: {
      'nothing was put in its place': SENT,
      'the other tab still shows it': FORK,
      'who replaced it had shown it': `${SENT}; B shows m1 a1 m2; B edits m3 on a1; commit m3 on a1; B shows m1 a1 m3; A loads; A shows m1 a1 m3`,
      'the tab replaced its own': `${SENT}; A edits m3 on a1; commit m3 on a1; A shows m1 a1 m3; B shows m1 a1 m3`,
      'it came after': `${CALM}; B sends m3 on a1; commit m3 on a1; A sends m2 on a1; commit m2 on a1; A shows m1 a1 m3; B shows m1 a1 m3`,
      'nobody shows the conversation': `${FORK}; A closes; B closes`,
      'it is only not shown yet': `${CALM}; commit m2 on a1`,
    },
    breaks: {
      'by a stale send, once the first tab is reloaded': `${FORK}; A loads; A shows m1 a1 m3`,
      'once the first tab is closed': `${FORK}; A closes`,
      'by an edit of what had been continued': `${SENT}; B edits m3 on root; commit m3; B shows m3; A loads; A shows m3`,
      'by a regeneration of what had been continued': `${SENT}; B regenerates a1 on m1; B shows m1; begin a3 2; commit a3 on m1; B shows m1 a3; A loads; A shows m1 a3`,
      'an answer that nobody sees': `${SENT}; commit a2 on m2; A shows m1 a1 m2 a2; B sends m3 on a1; commit m3 on a1; B shows m1 a1 m3; A loads; A shows m1 a1 m3`,
      'what the server wrote': `${CALM}; commit a2 on a1; B sends m3 on a1; commit m3 on a1; B shows m1 a1 m3; A shows m1 a1 m3`,
    },
  })
})

describe('[SG21] no silent fork', () => {
  heldTo('noSilentFork', {
    holds: {
      'on the leaf': SENT,
      'the newer one was shown': `${SENT}; B shows m1 a1 m2; B sends m3 on a1; commit m3 on a1`,
      'the page said so afterwards': `${FORK}; B is told`,
      'the page warned before': `${SENT}; B is told; B sends m3 on a1; commit m3 on a1`,
      'on the branch that its person turned to': `${SENT}; B chooses a1; B sends m3 on a1; commit m3 on a1`,
      'an edit forks on purpose': `${SENT}; B edits m3 on a1; commit m3 on a1`,
      'it was refused': `${SENT}; B sends m3 on a1; B shows m1 a1 m3!`,
      'the server put it on the current leaf': `${SENT}; B sends m3 on a1; commit m3 on m2`,
      'the first of a conversation': `A opens; A sends m1 on root; commit m1`,
    },
    breaks: {
      'on an old leaf': FORK,
      'both at once': `${CALM}; A sends m2 on a1; B sends m3 on a1; commit m2 on a1; commit m3 on a1`,
      'beside an answer that is being written': `${SENT}; B shows m1 a1 m2; begin a2 3; B sends m3 on m2; commit m3 on m2; commit a2 on m2`,
      'sent again with a fresh id after a lost answer': `${CALM}; A sends m2 on a1; commit m2 on a1; A shows m1 a1 m2!; A sends m3 on a1; commit m3 on a1`,
      'the person had turned to another branch': `${SENT}; B chooses m2; B sends m3 on a1; commit m3 on a1`,
      'turned to it and then back': `${SENT}; B chooses a1; B chooses m1; B sends m3 on a1; commit m3 on a1`,
      'turned to it on an earlier page': `${SENT}; B chooses a1; B loads; B shows m1 a1; B sends m3 on a1; commit m3 on a1`,
      'another tab turned to it': `${SENT}; C opens; C chooses a1; B sends m3 on a1; commit m3 on a1`,
      'once more beside what was sent there': `${SENT}; B chooses a1; B sends m3 on a1; B shows m1 a1 m3?; commit m3 on a1; B shows m1 a1 m3; A sends m4 on m3; commit m4 on m3; B sends m5 on m3; commit m5 on m3`,
      'told too late': `${FORK}; B sends m4 on m3; commit m4 on m3; B is told`,
      'told something else': `${FORK}; B notes nothing new`,
      'warned before the newer one came': `${CALM}; B is told; A sends m2 on a1; commit m2 on a1; B sends m3 on a1; commit m3 on a1`,
      'a second first message, from an empty page': `${CALM}; C opens; C sends m2 on root; commit m2`,
    },
  })
})

describe('[SG22] k-staleness, at most one commit behind', () => {
  heldTo('boundedStaleness', {
    holds: {
      'always fresh': SENT,
      'one behind': `${SENT}; B shows m1 a1`,
      'behind, and nobody reads': `${SENT}; commit a2 on m2; commit m3 on a2`,
      'another conversation goes on': `${CALM}; commit m8 in other; commit a8 on m8 in other; A shows m1 a1`,
      'nothing is shown': `${SENT}; commit a2 on m2; B loads; B shows`,
      'the newest branch': `${SENT}; commit a2 on m2; commit m3 on a1; A shows m1 a1 m3`,
    },
    breaks: {
      'two behind': `${SENT}; commit a2 on m2; B shows m1 a1`,
      'acting when two behind': `${SENT}; commit a2 on m2; B sends m3 on a1`,
      'coming back when two behind': `${SENT}; B hides; commit a2 on m2; B returns`,
      'one there and not whole, one more': `${SENT}; commit a2 on m2; B shows m1 a1 m2:3`,
      'on an older branch': `${SENT}; commit m3 on a1; commit a3 on m3; A shows m1 a1 m2; A reads m1 a1 m2`,
      'all new to it': `${CALM}; begin a9 3; A shows a9:3; commit m2 on a1; commit a2 on m2; A shows m1; commit m3 on a2`,
    },
  })
})

/** B sees `late` of four commits after 600 ms and the others after 100 ms; a commit every second. */
const commitsSeen = (...lateMs: readonly (number | null)[]) => {
  const path = ['m1', 'a1']
  const told = lateMs.map((ms, index) => {
    const at = 10_000 + 1_000 * index
    const id = `a${index + 2}`
    const commit = `${at} commit ${id} on ${path.at(-1)!}`
    path.push(id)
    return ms === null ? commit : `${commit}; ${at + ms} B shows ${path.join(' ')}`
  })
  return ['B opens; commit m1; commit a1 on m1; B shows m1 a1', ...told].join('; ')
}

describe('[SG23] t-visibility, 90 % within 500 ms', () => {
  heldTo('timelyVisibility', {
    holds: {
      'all in time': commitsSeen(100, 100, 100, 100),
      'nothing was committed': 'A opens; A shows',
      'one late of eight: the interval reaches further': commitsSeen(100, 100, 100, 600, 100, 100, 100, 100),
      'a single one never shown proves little': commitsSeen(null),
      'shown before the commit': `${CALM}; B shows m1 a1 m2; commit m2 on a1`,
      'the sender owes itself nothing': `${CALM}; B closes; A sends m2 on a1; commit m2 on a1; commit a2 on m2; commit a3 on a2`,
      'the page was gone before': `${CALM}; A closes; commit m2 on a1; 2000 B closes`,
    },
    breaks: {
      'all late': commitsSeen(600, 600, 600, 600),
      'most late': commitsSeen(600, 600, 100, 600, 600, 600),
      'never shown': commitsSeen(null, null, null),
      'never shown before the page was loaded anew': `${commitsSeen(null, null, null)}; 20000 B loads; B shows m1 a1 a2 a3 a4`,
      'in two tabs': `${CALM}; commit a2 on a1; commit a3 on a2`,
    },
  })
})
