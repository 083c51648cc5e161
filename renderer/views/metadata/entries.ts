import { formatNumberOf } from '../../format/count.ts'
import { columnLabel, isTag, type ColumnId } from '../../state/grid-columns.ts'
import type { GridRules } from '../../state/grid-rules-form.svelte.ts'
import type { RuleStart } from '../../state/grid-rules.ts'
import type { MetadataGrid } from '../../state/grid.svelte.ts'
import type { MenuEntry } from '../../ui/menu.ts'

const STARTS: readonly (
  | { readonly heading: string }
  | { readonly start: RuleStart; readonly label: string; readonly field?: string }
)[] = [
  { heading: 'Set' },
  { start: 'set', label: 'A header…' },
  { start: 'metadata', label: 'Metadata…' },
  { start: 'tag', label: 'A tag…' },
  { heading: 'Set from' },
  { start: 'extension', label: 'Content-Type from the key’s extension' },
  { start: 'content', label: 'Content-Type from the first bytes' },
  { start: 'field', label: 'Another field…' },
  { start: 'key', label: 'The key…' },
  { start: 'modified', label: 'The date modified…' },
  { heading: 'Change' },
  { start: 'replace', label: 'Find and replace…', field: 'content-type' },
  { start: 'rename', label: 'Rename metadata or a tag…' },
  { start: 'remove', label: 'Remove a field…' },
]

/** Every kind of rule that can be added. */
export function ruleEntries(rules: GridRules): MenuEntry[] {
  return STARTS.map((one) =>
    'heading' in one
      ? { kind: 'heading', label: one.heading }
      : { kind: 'item', label: one.label, onselect: () => rules.add(one.start, one.field) },
  )
}

/** What can be done with a column, and with what is chosen in it. */
export function columnEntries(
  grid: MetadataGrid,
  column: ColumnId,
  ask: { readonly setAll: (field: string) => void },
): MenuEntry[] {
  const { range, rows, rules } = grid
  const label = columnLabel(column)
  const count = formatNumberOf(rows.total ?? 0, 'row')
  const off = { disabled: !grid.open, reason: 'A job was planned from this grid.' }
  const mark = grid.cursor.column === column ? grid.mark : undefined
  const { row } = grid
  const copy: MenuEntry = {
    kind: 'item',
    label: 'Fill down',
    keys: 'Mod+D',
    ...off,
    onselect: () => void grid.fillDown(),
  }
  if (column === 'key')
    return [
      { kind: 'item', label: 'Rule from the key…', ...off, onselect: () => rules.add('key') },
      {
        kind: 'item',
        label: 'Content-Type from the extension',
        ...off,
        onselect: () => rules.add('extension'),
      },
    ]
  const cell: MenuEntry[] = [
    { kind: 'item', label: 'Edit the cell', keys: 'Enter', ...off, onselect: () => grid.begin() },
    {
      kind: 'item',
      label:
        range.from === range.to
          ? 'Take the value away'
          : `Take ${formatNumberOf(range.to - range.from + 1, 'value')} away`,
      keys: 'Delete',
      ...off,
      onselect: () => void grid.remove(),
    },
  ]
  if (mark?.byHand === true && row !== undefined && column !== 'tags')
    cell.push({
      kind: 'item',
      label: 'Give the cell back to the rules',
      ...off,
      onselect: () => void grid.setCell(row, column, undefined),
    })
  if (column === 'tags')
    return [
      ...cell,
      { kind: 'separator' },
      { kind: 'item', label: 'Tag all by a rule…', ...off, onselect: () => rules.add('tag') },
      { kind: 'item', label: 'Rename a tag by a rule…', ...off, onselect: () => rules.add('rename', 'tag:') },
      { kind: 'item', label: 'Remove a tag by a rule…', ...off, onselect: () => rules.add('remove', 'tag:') },
      { kind: 'separator' },
      { kind: 'item', label: 'Hide the column', onselect: () => grid.showColumn('tags', false) },
    ]
  return [
    ...cell,
    copy,
    { kind: 'separator' },
    { kind: 'heading', label: `${label}, ${count}` },
    { kind: 'item', label: 'Set all…', ...off, onselect: () => ask.setAll(column) },
    {
      kind: 'item',
      label: 'Remove from all',
      ...off,
      onselect: () => void grid.setRange(column, null, 'all'),
    },
    {
      kind: 'item',
      label: 'Give all back to the rules',
      ...off,
      onselect: () => void grid.setRange(column, undefined, 'all'),
    },
    { kind: 'separator' },
    { kind: 'item', label: 'Rule for this column…', ...off, onselect: () => rules.add('set', column) },
    { kind: 'item', label: 'Find and replace…', ...off, onselect: () => rules.add('replace', column) },
    ...(column.startsWith('x-amz-meta-') || isTag(column)
      ? [{ kind: 'item', label: 'Rename…', ...off, onselect: () => rules.add('rename', column) } as const]
      : []),
    { kind: 'separator' },
    { kind: 'item', label: 'Hide the column', onselect: () => grid.showColumn(column, false) },
  ]
}
