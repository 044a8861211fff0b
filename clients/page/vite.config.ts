/**
 * Builds the chat pages into clients/page/dist, one for each platform, and the Claude page's service worker under the name
 * that its address has. Addresses are absolute because conversations live under /c/ and /chat/.
 */
import {resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build, defineConfig, type Plugin} from 'vite'

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url))

const target = 'es2024'

/** The worker is a script of its own, not a module with parts: so every browser takes it, and it has one address. */
function alsoWorker(): Plugin {
  let outDir = here('dist')
  return {
    name: 'service-worker',
    apply: 'build',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir)
    },
    async closeBundle() {
      await build({
        root: here('.'),
        configFile: false,
        publicDir: false,
        logLevel: 'warn',
        build: {
          outDir,
          emptyOutDir: false,
          target,
          rolldownOptions: {
            input: here('firebase-messaging-sw.ts'),
            output: {format: 'iife', entryFileNames: 'firebase-messaging-sw.js'},
          },
        },
      })
    },
  }
}

export default defineConfig({
  root: here('.'),
  base: '/',
  plugins: [alsoWorker()],
  oxc: {jsx: {runtime: 'automatic', importSource: 'preact', development: false}},
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target,
    modulePreload: {polyfill: false},
    rolldownOptions: {input: [here('index.html'), here('claude.html')]},
  },
})
