/**
 * What a page does that decides whether a hazard shows: repeats, keeps, signs in and reads one way or another. A page that is
 * told nothing does as the first of each. Harness only: `&resend=same-ids&outbox=replay` in its address. Rule HB1.
 */
export const PAGE_HABITS = {
  /** A POST that had no answer is sent again by the page itself: never, with the ids it had, or with fresh ones. */
  resend: ['never', 'same-ids', 'fresh-ids'],
  /** What could not be sent because there is no network is dropped with a notice, or kept and sent when there is one. */
  outbox: ['none', 'replay'],
  /** Where what is written and not sent is kept: for the tab (sessionStorage), or for the browser (localStorage). */
  drafts: ['tab', 'device'],
  /** Whose requests they are: of who signed in with this tab, or of who signed in last with this browser (a cookie). */
  login: ['tab', 'browser'],
  /** Reads of a conversation: as observed, or `consistency=strong`. */
  reads: ['observed', 'strong'],
} as const

export type PageHabits = {readonly [H in keyof typeof PAGE_HABITS]: (typeof PAGE_HABITS)[H][number]}

export const OBSERVED_HABITS: PageHabits = {
  resend: 'never',
  outbox: 'none',
  drafts: 'tab',
  login: 'tab',
  reads: 'observed',
}
