/** The imitated products. Each has its servers, its page and its conversations; people are the same on all of them. */
export const PLATFORMS = ['chatgpt', 'claude'] as const
export type Platform = (typeof PLATFORMS)[number]
