/** The configuration of a Firebase web app, as its console shows it. */
import * as v from 'valibot'
import {read} from './issue.ts'

const text = v.pipe(v.string(), v.nonEmpty())

/** What messaging cannot do without; more may be there. */
const firebaseConfig = v.pipe(
  v.objectWithRest({projectId: text, appId: text, apiKey: text, messagingSenderId: text}, v.string()),
)
export type FirebaseConfig = v.InferOutput<typeof firebaseConfig>

/** Null for anything else. */
export function readFirebaseConfig(json: string): FirebaseConfig | null {
  const result = read(firebaseConfig, json)
  return result.ok ? result.value : null
}
