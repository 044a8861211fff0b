/** A component that renders again only when one of its props is another value. What keeps a token to one message. */
import {Component, type FunctionComponent} from 'preact'

export function memo<Props extends object>(Body: FunctionComponent<Props>) {
  return class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      const now: Readonly<Props> = this.props
      const keys = new Set([...Object.keys(now), ...Object.keys(next)]) as Set<keyof Props>
      return [...keys].some((key) => now[key] !== next[key])
    }

    override render() {
      return <Body {...this.props} />
    }
  }
}
