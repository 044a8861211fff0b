/** Which model answers in this conversation from now on. */
type Props = {
  readonly model: string
  readonly models: readonly string[]
  readonly isEnabled: boolean
  readonly onChoose: (model: string) => void
}

export function ModelPicker({model, models, isEnabled, onChoose}: Props) {
  // What another client chose may be none of those that this page offers.
  const offered = models.includes(model) ? models : [model, ...models]
  return (
    <select
      class="model-picker"
      name="model"
      aria-label="Model"
      data-model={model}
      value={model}
      disabled={!isEnabled}
      onChange={({currentTarget}) => onChoose(currentTarget.value)}
    >
      {offered.map((name) => (
        <option key={name} value={name}>
          {inWords(name)}
        </option>
      ))}
    </select>
  )
}

/** `scripted-large` is shown as `Scripted large`. */
const inWords = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('-', ' ')}`
