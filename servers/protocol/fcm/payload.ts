/** What the web SDK finds in a push once it is decrypted (observed: firebase 12). What is no JSON it ignores. Rule FB34. */

export type PushPayload = {
  /** The sender's id: the project's number. */
  readonly from: string
  readonly priority: 'normal' | 'high'
  readonly fcmMessageId: string
  readonly collapse_key?: string
  readonly data?: Readonly<Record<string, string>>
  readonly notification?: Readonly<Record<string, unknown>>
  readonly fcmOptions?: {readonly link?: string; readonly analytics_label?: string}
}
