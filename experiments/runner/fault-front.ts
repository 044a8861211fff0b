/**
 * The fault proxy in front of one cell's server, and the board that says what it does. The pages of the cell go to the
 * proxy: its address is their origin. Rules FA1, FA20.
 */
import type {Platform} from '#protocol/platform.ts'
import {createFaultBoard, type FaultBoard} from '../faults/fault-board.ts'
import {openFaultProxy} from '../faults/fault-proxy.ts'
import type {FaultEvent} from '../history/fault-event.ts'
import type {ServerProcess} from './server-process.ts'

export type FaultFront = {
  readonly board: FaultBoard
  readonly port: number
  /** Cuts what is open; resolves when no socket is left. */
  close(): Promise<void>
}

export type FaultFrontOptions = {
  readonly server: ServerProcess
  readonly platform: Platform
  readonly seed: string
  readonly record: (event: FaultEvent) => void
}

export async function openFaultFront({
  server,
  platform,
  seed,
  record,
}: FaultFrontOptions): Promise<FaultFront> {
  const board = createFaultBoard({seed, record})
  const serverPort = Number(new URL(server[platform].baseUrl).port)
  const proxy = await openFaultProxy({serverPort, board, owner: null})
  try {
    await server.control.addFront(proxy.port)
  } catch (error) {
    await proxy.close()
    throw error
  }
  return {board, port: proxy.port, close: () => proxy.close()}
}
