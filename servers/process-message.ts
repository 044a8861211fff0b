/** What the platforms' process and its parent say to each other. */
import type {Platform} from '#protocol/platform.ts'

export type PlatformAddress = {readonly baseUrl: string; readonly origin: string}
export type PlatformAddresses = Readonly<Record<Platform, PlatformAddress>>
