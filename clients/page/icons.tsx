/** The page's few line icons; decoration beside a label, hidden from screen readers. */
import type {ComponentChildren} from 'preact'

function Icon({children}: {readonly children: ComponentChildren}) {
  return (
    <svg
      class="icon"
      viewBox="0 0 20 20"
      width="20"
      height="20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  )
}

const icon =
  (...lines: readonly string[]) =>
  () => (
    <Icon>
      {lines.map((d) => (
        <path key={d} d={d} />
      ))}
    </Icon>
  )

export const MenuIcon = icon('M3.5 6h13', 'M3.5 10h13', 'M3.5 14h8')
export const NewChatIcon = icon('M10 4.5v11', 'M4.5 10h11')
export const SendIcon = icon('M10 16V4.5', 'M5 9.25 10 4.25l5 5')
export const StopIcon = () => (
  <Icon>
    <rect x="5.5" y="5.5" width="9" height="9" rx="1.5" fill="currentColor" />
  </Icon>
)
export const EditIcon = icon('m12.6 4.4 3 3L7 16H4v-3z')
export const DeleteIcon = icon('M4.5 6h11', 'M8 6V4.2h4V6', 'm6 6 .7 9.8h6.6L14 6')
export const RegenerateIcon = icon('M15.8 8.2A6 6 0 1 0 16 11', 'M16.2 4.4v3.9h-3.9')
export const PreviousIcon = icon('m11.8 5.5-4.5 4.5 4.5 4.5')
export const NextIcon = icon('m8.2 5.5 4.5 4.5-4.5 4.5')
export const DownIcon = icon('M10 4.5v11', 'm5.2 10.8 4.8 4.8 4.8-4.8')
export const CloseIcon = icon('m5.5 5.5 9 9', 'm14.5 5.5-9 9')
