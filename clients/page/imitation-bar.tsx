/** Says on every page that it is no real product, which tab it is and what it runs under. */
import {memo} from './memo.tsx'

const PLATFORM_NAMES: Readonly<Record<string, string>> = {
  chatgpt: 'ChatGPT web',
  claude: 'Claude.ai web',
}

type Props = {
  /** For example `tab A · policy content`. */
  readonly state: string
}

export const ImitationBar = memo(({state}: Props) => {
  const platform = document.documentElement.dataset['platform'] ?? ''
  return (
    <aside class="imitation-bar" aria-label="About this page">
      <strong>Tabwitness</strong>
      {` · imitation of ${PLATFORM_NAMES[platform] ?? platform} · ${state}`}
    </aside>
  )
})
