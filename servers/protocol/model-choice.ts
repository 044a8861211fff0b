/**
 * The models that a person can choose of, on either platform. All names are invented: one scripted model answers as each of
 * them. What has `thinking` in its name is handed off on ChatGPT and thinks first on Claude.ai. Rules CF16, LE9.
 */
import * as v from 'valibot'

export const MODELS = ['scripted', 'scripted-large', 'scripted-thinking'] as const

export const chosenModel = v.picklist(MODELS)
export type ChosenModel = v.InferOutput<typeof chosenModel>

/** What answers where nobody chose. */
export const DEFAULT_MODEL: ChosenModel = 'scripted'
