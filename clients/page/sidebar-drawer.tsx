/** The conversation list on a phone: a modal dialog, so that focus stays inside and comes back, and Escape closes it. */
import type {ComponentChildren} from 'preact'
import {useLayoutEffect, useRef} from 'preact/hooks'
import {CloseIcon} from './icons.tsx'

type Props = {readonly onClose: () => void; readonly children: ComponentChildren}

export function SidebarDrawer({onClose, children}: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const opener = document.activeElement
    dialog.current?.showModal()
    return () => {
      if (opener instanceof HTMLElement && document.activeElement === document.body) opener.focus()
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      class="drawer"
      aria-label="Conversations"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <button class="icon-button drawer__close" type="button" aria-label="Close" onClick={onClose}>
        <CloseIcon />
      </button>
      {children}
    </dialog>
  )
}
