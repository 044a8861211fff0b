/** The looks of the report: light and dark by the reader's preference, one column on a phone, printable. */
export const COLOURS = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --text: #1a1f29; --soft: #59616f; --line: #dfe3e8; --accent: #1d4ed8;
  --good: #15703a; --good-back: #e3f4e9; --bad: #b3261e; --bad-back: #fce8e6; --warn: #8a5300; --warn-back: #fdf1dc;
  --ink-0: #c2410c; --ink-1: #be185d; --ink-2: #1d4ed8; --ink-3: #0e7490;
  --ink-4: #8a6100; --ink-5: #15803d; --ink-6: #7e22ce; --ink-7: #475569;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12151b; --card: #1b2029; --text: #e8eaef; --soft: #a3acba; --line: #333b48; --accent: #8ab4ff;
    --good: #6fdd97; --good-back: #16311f; --bad: #ff9d94; --bad-back: #3d1b18; --warn: #f5c169; --warn-back: #38290f;
    --ink-0: #fb923c; --ink-1: #f472b6; --ink-2: #7aa8ff; --ink-3: #22d3ee;
    --ink-4: #facc15; --ink-5: #4ade80; --ink-6: #c99bff; --ink-7: #a5b1c2;
  }
}
`

export const STYLE = `
${COLOURS}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', sans-serif; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: 1rem; z-index: 2; padding: .5rem 1rem; background: var(--card); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
body > header, main, body > footer { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; }
body > header { padding-top: 2.25rem; }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; letter-spacing: -.015em; }
h2 { margin: 2.75rem 0 .75rem; font-size: 1.35rem; letter-spacing: -.01em; }
h3 { margin: 0 0 .25rem; font-size: 1.08rem; }
h4 { margin: 0 0 .35rem; font-size: .95rem; }
p { margin: .4rem 0; max-width: 46rem; }
a { color: var(--accent); }
code { font: .9em ui-monospace, 'SF Mono', Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
nav ul, .chips, .legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .4rem 1.1rem; }
.chips { gap: .5rem; margin: 1rem 0; }
.chip { padding: .15rem .65rem; border-radius: 99px; border: 1px solid var(--line); background: var(--card); font-size: .92rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.chip.good { background: var(--good-back); border-color: transparent; }
.chip.bad { background: var(--bad-back); border-color: transparent; }
.chip.warn { background: var(--warn-back); border-color: transparent; }
.card, figure { margin: 1rem 0; padding: 1.1rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
p.card { max-width: none; }
.question { font-size: 1.05rem; color: var(--soft); }
.notice { border-left: 5px solid var(--warn); }
.findings { display: grid; gap: .75rem; padding: 0; list-style: none; margin: .75rem 0 1.5rem; }
.findings li { display: grid; grid-template-columns: 13.5rem 1fr; gap: .25rem 1rem; align-items: baseline; padding: .7rem 1rem; background: var(--card); border: 1px solid var(--line); border-left: 5px solid var(--ink, var(--line)); border-radius: 10px; }
.findings p { margin: 0; max-width: none; }
.policy { font-weight: 600; }
.scroll { overflow-x: auto; border-radius: 10px; }
.card > .scroll { margin: 0 -.35rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding: 0 .5rem .5rem; }
caption span { display: block; position: sticky; left: .5rem; width: fit-content; max-width: calc(min(100vw, 68rem) - 5rem); }
.findings-table tbody tr > th:first-child:not([scope=rowgroup]), .findings-table thead th:first-child { position: sticky; left: 0; background: var(--card); }
th, td { padding: .38rem .6rem; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; vertical-align: baseline; }
thead th { color: var(--soft); font-weight: 500; border-bottom-width: 2px; }
tbody th { font-weight: 500; }
th[scope=rowgroup] { padding-top: 1.1rem; font-weight: 650; }
tbody tr:last-child > * { border-bottom: 0; }
td .line { display: block; }
td.wide { white-space: normal; min-width: 14rem; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); gap: 1.5rem 1.75rem; margin-top: 1rem; }
.panel svg { display: block; width: 100%; max-width: 27rem; height: auto; overflow: visible; }
.panel p { font-size: .9rem; color: var(--soft); }
.legend { margin: .75rem 0 0; font-size: .92rem; }
.legend svg { vertical-align: middle; }
details { margin-top: 1rem; }
summary { cursor: pointer; color: var(--accent); width: fit-content; }
details[open] > summary { margin-bottom: .6rem; }
.proof { margin: .5rem 0 0; padding: .75rem .9rem; background: var(--page); border-radius: 8px; overflow-x: auto; font: .8rem/1.5 ui-monospace, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.proof b { color: var(--soft); font-weight: 600; user-select: none; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.25rem; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
body > footer { padding-block: 2.5rem 3rem; color: var(--soft); font-size: .9rem; }
@media (max-width: 40rem) {
  body > header, main, body > footer { padding-inline: .9rem; }
  h1 { font-size: 1.5rem; }
  .card, figure { padding: .9rem; border-radius: 10px; }
  .findings li { grid-template-columns: 1fr; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .6rem; }
}
@media print { body { background: none; } .card, figure, .findings li { break-inside: avoid; } nav, .skip { display: none; } }
`
