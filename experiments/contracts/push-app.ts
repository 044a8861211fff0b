/** For tests: somebody's web app with the unmodified `firebase` SDK, bundled as theirs would be, and served on loopback. */
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build} from 'vite'
import type {PushPageConfig} from '../../servers/fcm/push-sender.ts'
import {temporaryFolder} from '../browser/temporary-folder.ts'

export type PushApp = {readonly url: string; readonly origin: string; close(): Promise<void>}

const SCRIPTS = ['page', 'worker'] as const

/** Cross-origin isolated, so that the page's clock has its full resolution. */
const HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cache-control': 'no-store',
}

export async function startPushApp(config: PushPageConfig): Promise<PushApp> {
  const folder = await temporaryFolder('push-app')
  await Promise.all(SCRIPTS.map((name) => bundle(name, config, folder.path)))
  const scripts = new Map<string, Buffer>(
    await Promise.all(
      SCRIPTS.map(async (name) => [`/${name}.js`, await readFile(join(folder.path, `${name}.js`))] as const),
    ),
  )
  await folder.remove()

  const server = createServer((req, res) => {
    const script = scripts.get(new URL(req.url ?? '/', 'http://localhost').pathname)
    res.writeHead(200, {...HEADERS, 'content-type': script ? 'text/javascript' : 'text/html; charset=utf-8'})
    res.end(
      script ?? '<!doctype html><html lang="en"><title>…</title><script src="/page.js"></script></html>',
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  return {
    origin,
    url: `${origin}/`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

async function bundle(name: (typeof SCRIPTS)[number], config: PushPageConfig, outDir: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'warn',
    define: {PUSH_PAGE_CONFIG: JSON.stringify(config)},
    build: {
      outDir,
      emptyOutDir: false,
      minify: false,
      lib: {
        entry: fileURLToPath(new URL(`push-${name}.js`, import.meta.url)),
        formats: ['iife'],
        name,
        fileName: () => `${name}.js`,
      },
    },
  })
}
