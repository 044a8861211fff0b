/** How a platform's server sends a push: what it needs of `firebase-admin`, and nothing of where that goes to. */
export interface PushSender {
  /** A data-only message. Resolves with the FCM message id, the last part of `projects/{project}/messages/{id}`. */
  send(registrationToken: string, data: Readonly<Record<string, string>>): Promise<PushSent>
  close(): Promise<void>
}

/** `gone`: the token is not registered any more, and the channel that named it is to be forgotten. */
export type PushSent =
  | {readonly ok: true; readonly messageId: string}
  | {readonly ok: false; readonly why: 'gone' | 'failed'; readonly code: string}

/** What the page needs to ask for a token; given to it by the platform's server. */
export type PushPageConfig = {
  readonly firebaseConfig: Readonly<Record<string, string>>
  readonly vapidKey: string
}
