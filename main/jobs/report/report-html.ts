import { createHash } from 'node:crypto'
import type { ChangedOf } from '../undo/changed.ts'
import type { Item } from '../item.ts'
import { seqOf } from '../item.ts'
import { becameOf, placesOfItem } from './report-row.ts'
import { STYLE } from './report-style.ts'
import { binarySize } from '#model/binary-size.ts'
import { askedFor, costs, count, outcome, standing, times } from './report-words.ts'
import type { Said } from './report-words.ts'
import type { JobDetail } from '#model/job.ts'
import type { JobSpec } from '#model/spec.ts'
import { visible } from '#model/visible.ts'

/** So many rows a page shows without growing heavy; of more it shows those that failed, and of these the first. */
export const HTML_ROWS = 10_000

/**
 * The completion report as one page that needs nothing else: no script, no picture, no file beside it, and a policy
 * that lets a browser load none, whatever a key smuggles in. Keys, messages and names are a stranger's text: every one
 * goes through `say`.
 */
export async function* htmlText(
  detail: JobDetail,
  items: AsyncGenerator<Item>,
  changed: ChangedOf,
): AsyncGenerator<string> {
  const { snapshot, spec } = detail
  yield head(snapshot.title)
  yield summary(detail)
  yield* rows(detail, items, changed)
  yield `<details class="spec"><summary>The spec, whole</summary><pre>${sayLines(JSON.stringify(spec, null, 2))}</pre></details>\n`
  yield `</main>\n</body>\n</html>\n`
}

function head(title: string): string {
  const hash = createHash('sha256').update(STYLE).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${say(title)} – completion report</title>
<style>${STYLE}</style>
</head>
<body>
<main>
`
}

function summary(detail: JobDetail): string {
  const { snapshot, spec, requests, failures, notes } = detail
  const { text, look } = standing(snapshot)
  const sent = Object.entries(requests).sort(([, a], [, b]) => b - a)
  const cost = costs(detail)
  return `<header>
<p class="kicker">Decant · completion report</p>
<h1><bdi>${say(snapshot.title)}</bdi></h1>
<p class="state ${look}">${say(text)}</p>
<p class="id">Job <code>${say(snapshot.id)}</code></p>
</header>
<div class="panels">
${panel('What was asked for', list(askedFor(spec)))}
${panel('What came of it', list([...outcome(snapshot), ...times(snapshot)]))}
${panel('Requests', sent.length === 0 ? '<p>None.</p>' : list(sent.map(([name, sum]): Said => [name, count(sum)])))}
${cost.length === 0 ? '' : panel('Cost', list(cost))}
</div>
${failures.length === 0 ? '' : causes(failures)}
${notes.length === 0 ? '' : `<section><h2>Good to know</h2><ul>${notes.map((note) => `<li>${say(note)}</li>`).join('')}</ul></section>\n`}`
}

function panel(title: string, inner: string): string {
  return `<section class="panel"><h2>${say(title)}</h2>${inner}</section>`
}

function list(said: readonly Said[]): string {
  const pairs = said.map(([name, value]) => `<dt>${say(name)}</dt><dd><bdi>${say(value)}</bdi></dd>`)
  return `<dl>${pairs.join('')}</dl>`
}

function causes(groups: JobDetail['failures']): string {
  const lines = groups.map(
    ({ code, s3Code, items, example, exampleKey }) =>
      `<tr><td class="number">${count(items)}</td><td>${say(s3Code ?? code)}</td>` +
      `<td>${say(example.message)}<br><small>for example <bdi>${say(exampleKey)}</bdi></small></td></tr>`,
  )
  return `<section><h2>Failures by cause</h2><table><thead><tr><th scope="col" class="number">Items</th>\
<th scope="col">Cause</th><th scope="col">Why</th></tr></thead><tbody>${lines.join('')}</tbody></table></section>\n`
}

/**
 * Every item, or, of a large job, the first of those that failed, and a word on the others. Items are read no further
 * than they are shown.
 */
async function* rows(
  { snapshot, spec }: JobDetail,
  items: AsyncGenerator<Item>,
  changed: ChangedOf,
): AsyncGenerator<string> {
  const { listed, failed } = snapshot.tally
  const isWhole = listed.items <= HTML_ROWS
  yield `<section><h2>${isWhole ? 'Every item' : 'Items that failed'}</h2>\n`
  if (!isWhole)
    yield `<p>${count(failed.items)} of ${count(listed.items)} items failed${
      failed.items <= HTML_ROWS
        ? ' and are listed here'
        : `; the first ${count(HTML_ROWS)} of them are listed here, and their causes above count all of them`
    }; the others are summed up above. Every item has its row in the report as CSV: \
<code>decant report ${say(snapshot.id)} --format csv</code>; what failed alone is <code>--format manifest</code></p>\n`
  yield '<table class="items"><thead><tr><th scope="col" class="number">No.</th><th scope="col">Object</th>\
<th scope="col" class="number">Size</th><th scope="col">Action</th><th scope="col">State</th><th scope="col">What came of it</th>\
</tr></thead><tbody>\n'
  let shown = 0
  for await (const item of items) {
    if (!isWhole && item.state !== 'failed') continue
    yield row(spec, item, changed)
    shown += 1
    if (shown === HTML_ROWS || (!isWhole && shown === failed.items)) break
  }
  yield '</tbody></table></section>\n'
}

function row(spec: JobSpec, item: Item, changed: ChangedOf): string {
  const { from } = placesOfItem(spec, item)
  const { status, code, message } = becameOf(spec, item, changed(item))
  const version = from.versionId === undefined ? '' : `<br><small>version ${say(from.versionId)}</small>`
  const what = code === '' ? message : `${code}: ${message}`
  return `<tr class="${status}"><td class="number">${count(seqOf(item.id))}</td>\
<td class="key"><small>${say(from.bucket)}</small> <bdi>${say(from.key)}</bdi>${version}</td>\
<td class="number" title="${count(item.size)} bytes">${binarySize(item.size)}</td><td>${item.action}</td>\
<td>${status}</td><td class="key"><bdi>${say(what)}</bdi></td></tr>\n`
}

const SIGNS: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

/** A stranger's text for a page: what a screen would obey or swallow is shown as a sign, what HTML would is escaped. */
function say(text: string): string {
  return visible(text).replace(/[&<>"'`]/g, (sign) => SIGNS[sign] ?? '')
}

/** The same of a text in lines, each with its indent. */
function sayLines(text: string): string {
  return text.replace(/[^ \n][^\n]*/g, say)
}
