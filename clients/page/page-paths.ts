/** Where a platform's pages are. Observed paths. Pure. */
import type {Platform} from '#protocol/platform.ts'

export type PagePaths = {
  readonly newChat: string
  readonly ofConversation: (id: string) => string
  /** Null: a new chat. Undefined: not an address of the platform's. */
  readonly read: (path: string) => string | null | undefined
  readonly inWords: string
}

export const PATHS: Record<Platform, PagePaths> = {
  chatgpt: {
    newChat: '/',
    ofConversation: (id) => `/c/${id}`,
    read: (path) => (path === '/' ? null : /^\/c\/([\w.-]+)\/?$/.exec(path)?.[1]),
    inWords: 'at "/" and at "/c/{conversation id}"',
  },
  claude: {
    newChat: '/new',
    ofConversation: (id) => `/chat/${id}`,
    read: (path) => (/^\/(?:new\/?)?$/.test(path) ? null : /^\/chat\/([\w.-]+)\/?$/.exec(path)?.[1]),
    inWords: 'at "/new" and at "/chat/{conversation id}"',
  },
}

/** The address of a conversation (or of a new chat) with the same settings. */
export function addressOf(paths: PagePaths, conversationId: string | null, search: string): string {
  return (conversationId === null ? paths.newChat : paths.ofConversation(conversationId)) + search
}
