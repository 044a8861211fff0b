import {describe} from 'vitest'
import {CALM, toldOf, WENT_ON} from './hazard-story.ts'

describe('what another tab had is put out of sight', () => {
  const EDITED = `${WENT_ON}; B tries edit; B edits m3 on root; B shows m3?`
  const RELOADED = 'A reopens; A shows m3 a3'
  toldOf('HZ7', 'stale edit', {
    shown: {
      'once A is loaded anew': `${EDITED}; commit m3; commit a3 on m3; B shows m3 a3; ${RELOADED}`,
      'once A is closed': `${EDITED}; commit m3; commit a3 on m3; B shows m3 a3; A closes`,
      'the second message': `${WENT_ON}; A tries send; A sends m5 on a2; commit m5 on a2; A shows m1 a1 m2 a2 m5; B shows m1 a1 m2 a2; B tries edit; B edits m3 on a1; commit m3 on a1; B shows m1 a1 m3; A reopens; A shows m1 a1 m3`,
      'before its answer is there': `${EDITED}; commit m3; B shows m3; A reopens; A shows m3`,
      'and B is told nothing of it': `${EDITED}; commit m3; commit a3 on m3; B shows m3 a3; B notes nothing new; ${RELOADED}`,
    },
    absent: {
      'it is refused': `${EDITED}; ask B send 409; B is told; B shows m1 a1; A reopens; A shows m1 a1 m2 a2`,
      'A still shows it': `${EDITED}; commit m3; commit a3 on m3; B shows m3 a3`,
      'B had shown it': `${WENT_ON}; B shows m1 a1 m2 a2; B tries edit; B edits m3 on root; commit m3; B shows m3; A reopens; A shows m3`,
      'the page asks before it sends': `${WENT_ON}; B tries edit; B is told; A reopens; A shows m1 a1 m2 a2`,
      'A goes back to its own branch': `${EDITED}; commit m3; B shows m3; A reopens; A shows m3; A shows m1 a1 m2 a2`,
    },
    untold: {
      'nobody edited': WENT_ON,
      'A had not gone on': `${CALM}; B tries edit; B edits m3 on root; commit m3; B shows m3`,
      'nobody knows whether it arrived': EDITED,
      'the page did not offer it': `${WENT_ON}; B cannot edit`,
    },
  })

  const ASKED = `${WENT_ON}; B tries regenerate; B regenerates a1 on m1; B shows m1`
  toldOf('HZ7', 'stale regenerate', {
    shown: {
      'once A is loaded anew': `${ASKED}; begin a3 2; commit a3 on m1; B shows m1 a3; A reopens; A shows m1 a3`,
      'once A is closed': `${ASKED}; commit a3 on m1; B shows m1 a3; A closes`,
      'while the tabs agree': `${ASKED}; commit a3 on m1; B shows m1 a3; A reopens; A shows m1 a3; B reopens; B shows m1 a3`,
      'after B goes on there': `${ASKED}; commit a3 on m1; B shows m1 a3; B tries send; B sends m4 on a3; commit m4 on a3; B shows m1 a3 m4; A reopens; A shows m1 a3 m4`,
      'another answer to a later message': `${WENT_ON}; A tries send; A sends m5 on a2; commit m5 on a2; A shows m1 a1 m2 a2 m5; B shows m1 a1 m2 a2; B tries regenerate; B regenerates a2 on m2; B shows m1 a1 m2; commit a3 on m2; B shows m1 a1 m2 a3; A reopens; A shows m1 a1 m2 a3`,
    },
    absent: {
      'it is refused': `${ASKED}; ask B send 409; B is told; B shows m1 a1; A reopens; A shows m1 a1 m2 a2`,
      'A still shows it': `${ASKED}; commit a3 on m1; B shows m1 a3`,
      'B had shown it': `${WENT_ON}; B shows m1 a1 m2 a2; B tries regenerate; B regenerates a1 on m1; commit a3 on m1; B shows m1 a3; A reopens; A shows m1 a3`,
      'the page asks first': `${WENT_ON}; B tries regenerate; B is told`,
      'B chooses the branch of A': `${ASKED}; commit a3 on m1; B shows m1 a3; A reopens; A shows m1 a3; B shows m1 a1 m2 a2`,
    },
    untold: {
      'nobody asked': WENT_ON,
      'A had not gone on': `${CALM}; B tries regenerate; B regenerates a1 on m1; commit a3 on m1; B shows m1 a3`,
      'nobody knows whether it arrived': ASKED,
    },
  })
})
