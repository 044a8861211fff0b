/** `‹ 1/2 ›`: which version of a message is shown. Ends are aria-disabled, so that the focus is not thrown away there. */
import type {ComponentChildren} from 'preact'
import type {ShownMessage} from '../sync/chat-session.ts'
import {NextIcon, PreviousIcon} from './icons.tsx'

type Props = {
  readonly branch: NonNullable<ShownMessage['branch']>
  readonly isEnabled: boolean
  readonly onShow: (messageId: string) => void
}

export function BranchControl({branch: {index, siblings}, isEnabled, onShow}: Props) {
  const step = (label: string, sibling: string | undefined, children: ComponentChildren) => {
    const isOpen = isEnabled && sibling !== undefined
    return (
      <button
        class="tool tool--step"
        type="button"
        aria-label={label}
        aria-disabled={!isOpen}
        onClick={() => isOpen && onShow(sibling)}
      >
        {children}
      </button>
    )
  }
  return (
    <div class="branch" role="group" aria-label="Versions of this message">
      {step('Previous version', siblings[index - 2], <PreviousIcon />)}
      <span class="branch__count">
        {index}/{siblings.length}
      </span>
      {step('Next version', siblings[index], <NextIcon />)}
    </div>
  )
}
