/** Builds the chat page into clients/page/dist. Addresses are absolute because conversations live under /c/. */
import {fileURLToPath} from 'node:url'
import {defineConfig} from 'vite'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  oxc: {jsx: {runtime: 'automatic', importSource: 'preact', development: false}},
  build: {outDir: 'dist', emptyOutDir: true, target: 'es2024', modulePreload: {polyfill: false}},
})
