/**
 * Delta debugging (Zeller and Hildebrandt 2002), of complements alone: takes away halves, quarters … single items as long
 * as what is left still does. Deterministic. Knows nothing of histories.
 */

/** `still` is asked of ever smaller lists; it answers no once it was asked too often. The last it said yes to is returned. */
export function reduce<T>(items: readonly T[], still: (left: readonly T[]) => boolean): readonly T[] {
  let kept = items
  for (let size = Math.ceil(kept.length / 2); size >= 1;) {
    let isSmaller = false
    // From the end: what came last depends on what was before, and is depended on least.
    for (let end = kept.length; end > 0; end -= size) {
      const left = kept.toSpliced(Math.max(0, end - size), Math.min(size, end))
      if (!still(left)) continue
      kept = left
      isSmaller = true
    }
    if (size > 1) size = Math.ceil(size / 2)
    else if (!isSmaller) break
  }
  return kept
}
