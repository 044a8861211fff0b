/** Where `serve` sends its pushes: to a back end of our own, to a real Firebase project that the environment names, or nowhere. */
import type {GoogleProject} from '../../servers/fcm/admin/google-project.ts'
import type {RunningFcm} from '../../servers/fcm/running-fcm.ts'
import {UsageError} from '../usage-error.ts'

export type ServedPush =
  | {readonly name: 'none'}
  | {readonly name: 'local'; readonly fcm: RunningFcm}
  | {readonly name: 'google'; readonly project: GoogleProject}

const PROJECT_ID = 'tabwitness'

/** `store`: a file beside which the back end keeps its own; null keeps it in memory. */
export async function openPush(isLocal: boolean, store: string | null): Promise<ServedPush> {
  if (isLocal) {
    const {startFcm} = await import('../../servers/fcm/start.ts')
    const fcmStore = store === null ? null : `${store}-fcm`
    const options = {port: 0, mcsPort: 0, store: fcmStore, projectId: PROJECT_ID, temporaryFolder: null}
    return {name: 'local', fcm: await startFcm(options, () => {})}
  }
  const project = await googleProjectOf(process.env)
  return project === null ? {name: 'none'} : {name: 'google', project}
}

export const closePush = async (push: ServedPush): Promise<void> =>
  push.name === 'local' ? push.fcm.close() : undefined

async function googleProjectOf(env: NodeJS.ProcessEnv): Promise<GoogleProject | null> {
  const {googleProject} = await import('../../servers/fcm/admin/google-project.ts')
  try {
    return googleProject(env)
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), {cause: error})
  }
}
