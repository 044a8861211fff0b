/** The pages and the service worker as they are built, on a port of their own, beside a real browser. For tests. */
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {chromium, type Browser} from 'playwright'
import {build, preview} from 'vite'

// Named in a variable because a page depends on nothing of the experiments; only these tests need a browser found.
const BROWSER_FINDER = new URL('../../experiments/setup/find-browser.js', import.meta.url).href
const {findBrowser} = (await import(BROWSER_FINDER)) as {findBrowser(): Promise<string | null>}

/** Null where there is no browser; what needs one is skipped then. */
export const executablePath = await findBrowser()

export type ServedPages = {readonly url: string; readonly browser: Browser; close(): Promise<void>}

/** The rehearsal page, and `/firebase-messaging-sw.js`. */
export async function servePages(browserPath: string): Promise<ServedPages> {
  const configFile = fileURLToPath(new URL('vite.config.ts', import.meta.url))
  const input = fileURLToPath(new URL('rehearsal.html', import.meta.url))
  const outDir = await mkdtemp(path.join(tmpdir(), 'tabwitness-page-'))
  await build({configFile, logLevel: 'silent', build: {outDir, rolldownOptions: {input}}})
  const server = await preview({
    configFile,
    logLevel: 'silent',
    build: {outDir},
    preview: {host: '127.0.0.1', port: 0},
  })
  const address = server.httpServer.address()
  if (typeof address !== 'object' || !address) throw new TypeError('the page server does not listen')
  const browser = await chromium.launch({
    executablePath: browserPath,
    args: ['--no-sandbox', '--disable-background-networking'],
  })
  return {
    url: `http://127.0.0.1:${address.port}`,
    browser,
    async close() {
      await browser.close()
      await server.close()
      await rm(outDir, {recursive: true})
    },
  }
}
