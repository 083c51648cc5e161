/** The look of a report as a page: the window's tokens, as far as a page needs them; on paper, ink on white. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --bg: light-dark(#f1f0ef, #161514);
  --surface: light-dark(#ffffff, #1e1c1b);
  --line: light-dark(#e6e4e2, #302d2b);
  --line-2: light-dark(#d5d2cf, #423e3b);
  --text: light-dark(#1d1b1a, #eeebe9);
  --text-2: light-dark(#55524f, #b7b2ae);
  --accent-text: light-dark(#7a1c3a, #f2a5ba);
  --ok: light-dark(#1a6839, #84d6a6);
  --ok-soft: light-dark(#e4f3e9, #1a3124);
  --warn: light-dark(#825000, #f0c26d);
  --warn-soft: light-dark(#fcf1db, #372b15);
  --bad: light-dark(#b0290e, #ff9f86);
  --bad-soft: light-dark(#fdede8, #42211b);
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", "DejaVu Sans Mono", monospace;
}
* { box-sizing: border-box; margin: 0; }
body {
  padding: 24px;
  background: var(--bg);
  color: var(--text);
  font: 13px/20px system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
main { display: grid; gap: 16px; max-width: 1200px; margin: 0 auto; }
header { display: grid; justify-items: start; gap: 4px; }
.kicker, .id, small { font-size: 12px; line-height: 16px; color: var(--text-2); }
.kicker { font-weight: 500; color: var(--accent-text); }
h1 { font-size: 20px; line-height: 28px; font-weight: 600; letter-spacing: -0.014em; overflow-wrap: anywhere; }
h2 { margin-bottom: 8px; font-size: 15px; line-height: 20px; font-weight: 600; }
.state { margin: 4px 0; padding: 2px 8px; border-radius: 4px; font-weight: 500; }
.state.ok { color: var(--ok); background: var(--ok-soft); }
.state.warn { color: var(--warn); background: var(--warn-soft); }
.state.bad { color: var(--bad); background: var(--bad-soft); }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(340px, 1fr)); gap: 12px; }
section, .spec {
  padding: 12px 16px;
  border: 1px solid var(--line);
  border-radius: 8px;
  background: var(--surface);
}
dl { display: grid; grid-template-columns: minmax(90px, max-content) minmax(0, 1fr); gap: 4px 16px; font-size: 12px; }
dt { max-width: 260px; color: var(--text-2); }
dd, .key, pre { overflow-wrap: anywhere; }
ul { padding-left: 20px; }
section > p { margin-bottom: 8px; color: var(--text-2); }
code, pre { font: 12px/16px var(--mono); }
pre { margin-top: 8px; white-space: pre-wrap; }
summary { font-weight: 500; cursor: pointer; }
table { width: 100%; border-collapse: collapse; font-size: 12px; line-height: 16px; }
th { padding: 4px 8px; border-bottom: 1px solid var(--line-2); text-align: left; font-weight: 500; color: var(--text-2); }
td { padding: 4px 8px; border-bottom: 1px solid var(--line); vertical-align: top; }
.number { text-align: right; white-space: nowrap; }
tr.failed > td:nth-child(5) { color: var(--bad); font-weight: 600; }
tr.skipped > td:nth-child(5) { color: var(--text-2); }
@media screen and (max-width: 720px) {
  body { padding: 12px; }
  .panels { grid-template-columns: minmax(0, 1fr); }
  section:has(table) { overflow-x: auto; }
  table { min-width: 640px; }
}
@media print {
  :root { color-scheme: light; --bg: #fff; }
  body { padding: 0; font-size: 11px; line-height: 16px; }
  main { max-width: none; }
  section, .spec { break-inside: auto; border-radius: 0; }
  .panel, tr { break-inside: avoid; }
  thead { display: table-header-group; }
  .spec:not([open]) { display: none; }
}
`
