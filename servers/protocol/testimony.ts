/** How a tab's witness hands its events to the runner: batches through a CDP binding. Invented; harness only. Rule WI2. */
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

export const readTestimony = (text: string): Testimony => decode(testimony, text)
export const readClockReading = (text: string): ClockReading => decode(clockReading, text)
