/**
 * How a witness hands its events to the runner: a tab's in batches through a CDP binding, a service worker's when asked
 * for. Invented; harness only. Rules WI2, WI10.
 */
import * as v from 'valibot'
import {decode} from './decode.ts'
import {witnessEvent} from './witness-event.ts'

/** The name of the CDP binding (`Runtime.addBinding`) that the runner installs before the page loads. */
export const TESTIMONY_BINDING = 'tabwitnessTestimony'

/** `timeOrigin` tells the navigations of one tab apart; it is no clock (see WI1). */
const testimony = v.object({timeOrigin: v.number(), events: v.array(witnessEvent)})
export type Testimony = v.InferOutput<typeof testimony>

const clockReading = v.object({timeOrigin: v.number(), now: v.number()})
export type ClockReading = v.InferOutput<typeof clockReading>

/** What `self.tabwitness.take()` of a service worker resolves with: one testimony for each of its lives. */
const workerTestimony = v.array(testimony)

export const readTestimony = (text: string): Testimony => decode(testimony, text)
export const readClockReading = (text: string): ClockReading => decode(clockReading, text)
export const readWorkerTestimony = (text: string): readonly Testimony[] => decode(workerTestimony, text)
