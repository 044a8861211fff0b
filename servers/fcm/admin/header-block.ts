/** Header compression for one connection. Takes what it decodes to as it is: that leniency is the front's purpose. Rule FB70. */
import hpack from 'hpack.js'
import {Http2Error} from './http2-frame.ts'

export type Headers = ReadonlyMap<string, string>

const TABLE = {table: {size: 4_096}}

export type HeaderBlocks = {
  /** Throws an Http2Error; nothing of the connection can be read after it. */
  decode(block: Uint8Array): Headers
  encode(headers: Iterable<readonly [string, string]>): Buffer
}

export function createHeaderBlocks(): HeaderBlocks {
  const decompressor = hpack.decompressor.create(TABLE)
  const compressor = hpack.compressor.create(TABLE)
  let failure: Error | null = null
  decompressor.on('error', (error) => {
    failure = error
  })

  return {
    decode(block) {
      decompressor.write(block)
      decompressor.execute()
      if (failure !== null) throw new Http2Error('COMPRESSION_ERROR', 'a header block that cannot be read')
      const headers = new Map<string, string>()
      for (let header = decompressor.read(); header !== null; header = decompressor.read())
        headers.set(header.name.toLowerCase(), header.value)
      return headers
    },
    encode(headers) {
      // Without the table: nothing to keep in step with the other side.
      compressor.write([...headers].map(([name, value]) => ({name, value, incremental: false})))
      const parts: Buffer[] = []
      for (let part = compressor.read(); part !== null; part = compressor.read()) parts.push(part)
      return Buffer.concat(parts)
    },
  }
}
