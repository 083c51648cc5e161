import { fireEvent, render, screen } from '@testing-library/svelte'
import { describe, expect, it, vi } from 'vitest'
import ConfirmDialog from '../../../renderer/ui/ConfirmDialog.svelte'
import Disclosure from '../../../renderer/ui/Disclosure.svelte'
import Sheet from '../../../renderer/ui/Sheet.svelte'
import MenuUnderTest from './MenuUnderTest.svelte'
import { text } from './snippets.ts'

describe('Menu', () => {
  it('opens by keyboard, acts, and gives the page back', async () => {
    const onselect = vi.fn()
    render(MenuUnderTest, { onselect })
    const opener = screen.getByRole('button', { name: 'Actions' })
    opener.focus()
    await fireEvent.keyDown(opener, { key: 'ArrowDown' })
    const item = await screen.findByRole('menuitem', { name: /Copy across/ })
    expect(screen.getByRole('menuitem', { name: 'Undo' }).getAttribute('aria-disabled')).toBe('true')
    await fireEvent.click(item)
    expect(onselect).toHaveBeenCalledOnce()
    await vi.waitFor(() => expect(screen.queryByRole('menu')).toBeNull())
    await vi.waitFor(() => expect(document.body.style.pointerEvents).toBe(''))
  })
})

describe('ConfirmDialog', () => {
  const base = {
    open: true,
    title: 'Delete 1,204 objects?',
    confirm: 'Delete 1,204 objects',
    children: text('They cannot be brought back.'),
  }

  it('asks for the text that must be typed', async () => {
    const onconfirm = vi.fn()
    render(ConfirmDialog, { ...base, typed: '1204', onconfirm })
    const go = await screen.findByRole('button', { name: base.confirm })
    await fireEvent.click(go)
    expect(onconfirm).not.toHaveBeenCalled()
    await fireEvent.input(screen.getByRole('textbox', { name: 'Type 1204 to go on' }), {
      target: { value: '1204' },
    })
    await fireEvent.click(go)
    expect(onconfirm).toHaveBeenCalledOnce()
  })

  it('is cancelled by Escape', async () => {
    const oncancel = vi.fn()
    render(ConfirmDialog, { ...base, onconfirm: () => undefined, oncancel })
    const dialog = await screen.findByRole('alertdialog', { name: base.title })
    await fireEvent.keyDown(dialog, { key: 'Escape' })
    await vi.waitFor(() => expect(oncancel).toHaveBeenCalledOnce())
  })
})

describe('Sheet', () => {
  it('is a named dialog that the cross closes', async () => {
    const onclose = vi.fn()
    render(Sheet, { open: true, title: 'Pour', children: text('Options'), onclose })
    expect(await screen.findByRole('dialog', { name: 'Pour' })).toBeDefined()
    await fireEvent.click(screen.getByRole('button', { name: 'Close' }))
    expect(onclose).toHaveBeenCalledOnce()
    await vi.waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  })
})

describe('Disclosure', () => {
  it('shows how it stands while folded, and its fields and the way back while not', async () => {
    const onreset = vi.fn()
    render(Disclosure, {
      title: 'Tags',
      changed: true,
      summary: 'Copy all',
      onreset,
      children: text('Fields'),
    })
    expect(screen.getByText('Copy all')).toBeDefined()
    expect(screen.queryByText('Fields')).toBeNull()
    await fireEvent.click(screen.getByRole('button', { name: /Tags/ }))
    expect(screen.getByText('Fields')).toBeDefined()
    await fireEvent.click(screen.getByRole('button', { name: 'Reset Tags' }))
    expect(onreset).toHaveBeenCalledOnce()
  })
})
