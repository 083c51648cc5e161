import { Menu, type MenuItemConstructorOptions, type WebContents } from 'electron'

type Params = Pick<Electron.ContextMenuParams, 'isEditable' | 'editFlags' | 'selectionText'>

/** The menu of a field for text, and of text that is chosen. Everything else has menus of the page's own. */
export function offerTextMenu(contents: WebContents): void {
  contents.on('context-menu', (_event, params) => {
    const entries = textEntries(params)
    if (entries.length > 0) Menu.buildFromTemplate(entries).popup()
  })
}

export function textEntries({ isEditable, editFlags, selectionText }: Params): MenuItemConstructorOptions[] {
  if (isEditable)
    return [
      { role: 'undo', enabled: editFlags.canUndo },
      { role: 'redo', enabled: editFlags.canRedo },
      { type: 'separator' },
      { role: 'cut', enabled: editFlags.canCut },
      { role: 'copy', enabled: editFlags.canCopy },
      { role: 'paste', enabled: editFlags.canPaste },
      { type: 'separator' },
      { role: 'selectAll', enabled: editFlags.canSelectAll },
    ]
  return selectionText.trim() === '' ? [] : [{ role: 'copy' }]
}
