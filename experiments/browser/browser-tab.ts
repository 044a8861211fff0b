/** What a run needs of a browser, whichever engine it has: real tabs of real windows, and what their witnesses say. */
import type {WitnessEvent} from '#protocol/witness-event.ts'
import type {TabClock} from './clock.ts'
import type {CapturedFrame} from './frame-capture.ts'
import type {PushSide} from './push-side.ts'

/** A witness event on the one clock. */
export type Sighting = {readonly at: number; readonly event: WitnessEvent}

export interface BrowserTab {
  /** Every witness event of this tab in the order it was said. Returns the unsubscribe function. */
  onSighting(listener: (sighting: Sighting) => void): () => void
  /**
   * Goes to `url` and waits until the page says it is ready; gives what the page's clock is worth.
   * `whileLoading` runs when the navigation is committed and the page has not painted yet.
   */
  goto(url: string, whileLoading?: () => Promise<void>): Promise<TabClock>
  reload(): Promise<TabClock>
  /** Types into the composer and presses Enter, through the browser's own input pipeline. */
  send(text: string): Promise<void>
  /** Types into the composer and leaves it there. */
  type(text: string): Promise<void>
  /**
   * Only where the engine lets one: clicks the last element that matches, with the mouse. False where there is none, or
   * it is disabled, hidden or covered.
   */
  click?(selector: string): Promise<boolean>
  /** Only where the engine lets one: presses the key in what has the focus. */
  press?(key: 'Enter' | 'Escape'): Promise<void>
  /** Only where the engine lets one: replaces what stands in the field that has the focus. */
  overwrite?(text: string): Promise<void>
  /** The value of an expression, awaited, as JSON would carry it. */
  evaluate(expression: string): Promise<unknown>
  /** Resolves with the first sighting that `matches`, said from now on. */
  sighting(matches: (event: WitnessEvent) => boolean, timeoutMs: number, what: string): Promise<Sighting>
  /** Waits until the page itself says that it is visible or hidden. */
  visibility(wanted: 'visible' | 'hidden'): Promise<void>
  bringToFront(): Promise<void>
  /** Only where the engine lets one: a hidden page is frozen as the browser itself would after minutes. */
  freeze?(): Promise<void>
  /** Makes a tab that a former cell froze fit for its next navigation. */
  thaw?(): Promise<void>
  /** Only where the engine lets one: the browser's own emulation of being offline, for this tab. */
  setOffline?(isOffline: boolean): Promise<void>
  /** Only where the engine lets one: ends the page's renderer. Resolves when the browser says that it crashed. */
  crash?(): Promise<void>
  /** Only where the engine can keep pages: the page leaves for `url` by itself, so that it may be kept for a way back. */
  leaveFor?(url: string): Promise<void>
  /** Back to the page that was left. Null: it was kept and goes on; else it was loaded anew. */
  goBack?(): Promise<TabClock | null>
  /** Only where the engine shows them: what the browser has of the channels of pages that the tab goes to from now on. */
  captureFrames?(tell: (frame: CapturedFrame) => void): Promise<() => Promise<void>>
  /** The tab shows nothing any more; what the page had open ends. */
  blank(): Promise<void>
  /** The tab is gone when this resolves, as the browser says. */
  close(): Promise<void>
}

export interface BrowserDevice {
  readonly name: string
  /** Such as `Firefox 153.7.0`. */
  readonly version: string
  /** Settles when the browser process is gone, wanted or not. */
  readonly gone: Promise<void>
  /** One at a time: browsers do not say which request a new tab answers. */
  openWindow(): Promise<BrowserTab>
  /** A tab in the window of `front`, which is hidden by the new one until it comes to the front again. */
  openBehind(front: BrowserTab): Promise<BrowserTab>
  /** Only where the engine lets one: ends the shared workers of an origin; how many there were. */
  endSharedWorkers?(origin: string): Promise<number>
  /** Only where the engine lets one look at its service workers. */
  readonly push?: PushSide
  close(): Promise<void>
  /** Ends the browser and keeps its profile; what it resolves with starts the browser again with it. */
  quit?(): Promise<() => Promise<BrowserDevice>>
  /** The same by SIGKILL of all its processes: nothing is written, nobody is told. */
  kill?(): Promise<() => Promise<BrowserDevice>>
}
