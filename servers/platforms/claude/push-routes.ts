/**
 * What a page needs before it can be pushed to: the configuration of the Firebase SDK (invented, harness only), and the
 * service worker at its observed address, in charge of the whole origin. Rules CL60, CL67.
 */
import {join} from 'node:path'
import {Router} from 'express'
import {PUSH_PAGE_CONFIG_PATH} from '#protocol/claude/push-page-config.ts'
import type {PushPageConfig} from '../../fcm/push-sender.ts'
import {HttpRefusal} from '../http-refusal.ts'

const SERVICE_WORKER = 'firebase-messaging-sw.js'

export function pushConfigRoutes(config: PushPageConfig | null): Router {
  const router = Router()
  router.get(PUSH_PAGE_CONFIG_PATH, (_, res) => {
    if (config === null) throw new HttpRefusal(404, 'There is no push here')
    res.json(config)
  })
  return router
}

export function serviceWorkerRoutes(pageFolder: string): Router {
  const router = Router()
  // Never from a cache: a worker of yesterday would receive today's pushes.
  router.get(`/${SERVICE_WORKER}`, (_, res) => {
    res.set({'cache-control': 'no-store', 'service-worker-allowed': '/'})
    res.sendFile(join(pageFolder, SERVICE_WORKER), {cacheControl: false})
  })
  return router
}
