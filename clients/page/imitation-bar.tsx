/** Says on every page that it is no real product, whose tab it is and what policy it runs under. */
import {memo} from './memo.tsx'

const PLATFORM_NAMES: Readonly<Record<string, string>> = {chatgpt: 'ChatGPT web'}

type Props = {readonly tab: string; readonly policyInWords: string}

export const ImitationBar = memo(({tab, policyInWords}: Props) => {
  const platform = document.documentElement.dataset['platform'] ?? ''
  const parts = [`imitation of ${PLATFORM_NAMES[platform] ?? platform}`, `tab ${tab}`, policyInWords]
  return (
    <aside class="imitation-bar" aria-label="About this page">
      <strong>Tabwitness</strong>
      {parts.map((part) => ` · ${part}`).join('')}
    </aside>
  )
})
