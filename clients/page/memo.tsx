/** A component that renders again only when one of its props is another value. What keeps a token to one message. */
import {Component, type FunctionComponent} from 'preact'

export function memo<Props extends object>(Body: FunctionComponent<Props>) {
  return class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      const now: Readonly<Props> = this.props
      const names = Object.keys(next) as (keyof Props)[]
      return names.length !== Object.keys(now).length || names.some((name) => now[name] !== next[name])
    }

    override render() {
      return <Body {...this.props} />
    }
  }
}
