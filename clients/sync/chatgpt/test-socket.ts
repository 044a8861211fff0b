/** A socket for tests: opens, speaks and closes when told, and keeps what was sent. */
import type {CelsiusCommand, CommandItem} from '#protocol/celsius-command.ts'

export class TestSocket extends EventTarget {
  readonly url: string
  readonly sent: CommandItem[][] = []
  isClosed = false
  onSend: (items: readonly CommandItem[]) => void = () => {}

  constructor(url: string) {
    super()
    this.url = url
  }

  send(text: string): void {
    const items = JSON.parse(text) as CommandItem[]
    this.sent.push(items)
    this.onSend(items)
  }

  close(): void {
    this.drop()
  }

  open(): void {
    this.dispatchEvent(new Event('open'))
  }

  drop(code = 1006): void {
    if (this.isClosed) return
    this.isClosed = true
    this.dispatchEvent(Object.assign(new Event('close'), {code}))
  }

  /** Answers the commands of the latest frame as the server does. */
  answer(): void {
    const replies = this.sent.at(-1)?.map(({id, command}) => ({id, type: 'reply', reply: replyTo(command)}))
    this.receive(replies ?? [])
  }

  receive(frame: unknown): void {
    const data = typeof frame === 'string' ? frame : JSON.stringify(frame)
    this.dispatchEvent(new MessageEvent('message', {data}))
  }

  /** Says a message on a topic. */
  say(topic: string, payload: unknown, offset?: string): void {
    this.receive([{type: 'message', topic_id: topic, ...(offset && {offset}), payload}])
  }
}

function replyTo(command: CelsiusCommand) {
  if (command.type === 'connect') return {type: 'connect', subscriptions: {}}
  if (command.type === 'subscribe') return {type: 'subscribe', topic_id: command.topic_id, recovered: false}
  return command.type === 'presence' ? {type: 'presence'} : {type: command.type, topic_id: command.topic_id}
}
