/**
 * The server's own book: what it committed, appended, and handed to which tab's socket or to FCM. Invented; harness only.
 * `at` is milliseconds of CLOCK_MONOTONIC (process.hrtime). Carries lengths and hashes, never texts or tokens. Rules LE1–LE11, CP7.
 */
import * as v from 'valibot'

const at = v.pipe(v.number(), v.finite())
const chars = v.pipe(v.number(), v.integer(), v.minValue(0))

/** A message is durable in the store. For an assistant message: its final text is. */
const committed = v.object({
  kind: v.literal('committed'),
  at,
  userId: v.string(),
  conversationId: v.string(),
  messageId: v.string(),
  parentId: v.nullable(v.string()),
  role: v.picklist(['user', 'assistant']),
  chars,
  textHash: v.string(),
})

/** The model wrote on: the answer has `chars` characters (UTF-16 units) now. */
const appended = v.object({
  kind: v.literal('appended'),
  at,
  userId: v.string(),
  conversationId: v.string(),
  messageId: v.string(),
  chars,
})

/**
 * A channel frame was handed to one tab's socket. `messageIds`: the messages whose content or hint it carried.
 * `lifecycle` is news about the list of conversations and says nothing of messages.
 */
const delivered = v.object({
  kind: v.literal('delivered'),
  at,
  userId: v.string(),
  tab: v.string(),
  topic: v.string(),
  messageIds: v.array(v.string()),
  conversationId: v.nullable(v.string()),
  carries: v.picklist(['completion', 'hint', 'content', 'lifecycle']),
  catchup: v.boolean(),
  bytes: v.pipe(v.number(), v.integer()),
})

const connected = v.object({kind: v.literal('connected'), at, userId: v.string(), tab: v.string()})
const disconnected = v.object({
  kind: v.literal('disconnected'),
  at,
  userId: v.string(),
  tab: v.string(),
  code: v.number(),
})
/** Every celsius ping a socket answered with a pong. */
const ponged = v.object({kind: v.literal('ponged'), at, userId: v.string(), tab: v.string()})

/**
 * FCM took a push for one channel: asked at `at`, answered at `acceptedAt`. `pushId` is FCM's own id, by which the push
 * back end's book goes on telling. `channelId` is a name, never a token.
 */
const pushed = v.object({
  kind: v.literal('pushed'),
  at,
  acceptedAt: at,
  userId: v.string(),
  conversationId: v.string(),
  messageIds: v.array(v.string()),
  carries: v.picklist(['completion', 'hint', 'content']),
  channelId: v.string(),
  pushId: v.string(),
})

/**
 * Whose request it was is known of pushes, and of sends that a conflict rule refused: `promptId` is then what was not
 * stored, `parentId` what it named, `leafId` where the conversation stands (null: at its root).
 */
const refused = v.object({
  kind: v.literal('refused'),
  at,
  where: v.string(),
  code: v.string(),
  userId: v.optional(v.string()),
  conversationId: v.optional(v.string()),
  promptId: v.optional(v.nullable(v.string())),
  parentId: v.optional(v.nullable(v.string())),
  leafId: v.optional(v.nullable(v.string())),
})

const ofConversation = {userId: v.string(), conversationId: v.string()}

/** A conversation is called otherwise, by a person or by its first answer. */
const renamed = v.object({kind: v.literal('renamed'), at, ...ofConversation, titleHash: v.string()})
const deleted = v.object({kind: v.literal('deleted'), at, ...ofConversation})
/** A stop was obeyed: the answer is durable as far as it was. */
const stopped = v.object({kind: v.literal('stopped'), at, ...ofConversation, messageId: v.string()})

/** Which model a conversation is to be answered by from now on, and which one begins an answer. */
const modelChosen = v.object({kind: v.literal('model-chosen'), at, ...ofConversation, model: v.string()})
const turnBegan = v.object({
  kind: v.literal('turn-began'),
  at,
  ...ofConversation,
  messageId: v.string(),
  model: v.string(),
})

/** Work that goes on without a turn, asked for by a person (background) or by a clock (scheduled). */
const task = v.object({
  kind: v.literal('task'),
  at,
  ...ofConversation,
  taskId: v.string(),
  of: v.picklist(['background', 'scheduled']),
  phase: v.picklist(['planned', 'started', 'progressed', 'completed', 'stopped']),
})

/** A person's limit is reached from now on; a tool of an answer waits for approval, or got it. */
const limitReached = v.object({kind: v.literal('limit-reached'), at, userId: v.string()})
const approval = v.object({
  kind: v.literal('approval'),
  at,
  ...ofConversation,
  approvalId: v.string(),
  phase: v.picklist(['asked', 'given']),
})

/**
 * A tab asked something over HTTP: what recovery, polling and remedies cost. Written when the answer is done or broke off.
 * `bytes`: of the answer's body, as far as it was written. `status`: the HTTP status.
 */
const asked = v.object({
  kind: v.literal('asked'),
  at,
  userId: v.string(),
  tab: v.string(),
  what: v.picklist(['send', 'prepare', 'resume', 'status', 'read', 'list', 'events', 'stop', 'other']),
  conversationId: v.nullable(v.string()),
  status: v.number(),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
})

/** A tab said how far it has applied a topic (remedy `position`). `behind`: messages handed to it and not applied yet. */
const acknowledged = v.object({
  kind: v.literal('acknowledged'),
  at,
  userId: v.string(),
  tab: v.string(),
  topic: v.string(),
  behind: v.pipe(v.number(), v.integer(), v.minValue(0)),
})

/** The position check found a tab that was handed messages `forMs` ago and has not applied them; its socket is closed. */
const foundStale = v.object({
  kind: v.literal('found-stale'),
  at,
  userId: v.string(),
  tab: v.string(),
  topic: v.string(),
  behind: v.pipe(v.number(), v.integer(), v.minValue(0)),
  forMs: v.number(),
})

export const ledgerEvent = v.variant('kind', [
  committed,
  appended,
  delivered,
  connected,
  disconnected,
  ponged,
  pushed,
  refused,
  renamed,
  deleted,
  stopped,
  modelChosen,
  turnBegan,
  task,
  limitReached,
  approval,
  asked,
  acknowledged,
  foundStale,
])
export type LedgerEvent = v.InferOutput<typeof ledgerEvent>
