/**
 * A real Firebase project, where the environment names one: then the same code talks to Google. Off unless all three are
 * set, and never in tests. Rule FB75.
 */
import type {PushPageConfig} from '../push-sender.ts'
import {readFirebaseConfig} from '#protocol/fcm/firebase-config.ts'

export type GoogleProject = {readonly projectId: string; readonly page: PushPageConfig}

const CONFIG = 'TABWITNESS_FIREBASE_CONFIG'
const VAPID_KEY = 'TABWITNESS_FIREBASE_VAPID_KEY'
const CREDENTIALS = 'GOOGLE_APPLICATION_CREDENTIALS'

/**
 * Null when neither `TABWITNESS_FIREBASE_CONFIG` (the console's JSON) nor `TABWITNESS_FIREBASE_VAPID_KEY` is set.
 * Throws one sentence when only some of what is needed is there.
 */
export function googleProject(env: Readonly<Record<string, string | undefined>>): GoogleProject | null {
  const [config, vapidKey] = [env[CONFIG], env[VAPID_KEY]]
  if (!config && !vapidKey) return null
  const missing = [CONFIG, VAPID_KEY, CREDENTIALS].filter((name) => !env[name])
  if (!config || !vapidKey || missing.length > 0)
    throw new Error(
      `a real Firebase project needs ${missing.join(' and ')} too; unset the others to stay local`,
    )
  const firebaseConfig = readFirebaseConfig(config)
  if (firebaseConfig === null)
    throw new Error(
      `${CONFIG} is not the JSON of a Firebase web app with projectId, appId, apiKey and messagingSenderId`,
    )
  return {projectId: firebaseConfig.projectId, page: {firebaseConfig, vapidKey}}
}
