/** What is used of hpack.js, which brings no types of its own. */
declare module 'hpack.js' {
  type Header = {readonly name: string; readonly value: string; readonly incremental?: boolean}

  interface Compressor {
    write(headers: readonly Header[]): void
    read(): Buffer | null
  }
  interface Decompressor {
    write(block: Uint8Array): void
    /** Errors go to the event `error`. */
    execute(): void
    read(): {readonly name: string; readonly value: string} | null
    on(event: 'error', listener: (error: Error) => void): this
  }

  type Options = {readonly table: {readonly size: number}}
  const hpack: {
    readonly compressor: {create(options: Options): Compressor}
    readonly decompressor: {create(options: Options): Decompressor}
  }
  export default hpack
}
