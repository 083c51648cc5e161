import { fireEvent, render, screen } from '@testing-library/svelte'
import { tick } from 'svelte'
import { describe, expect, it, vi } from 'vitest'
import Checkbox from '../../../renderer/ui/Checkbox.svelte'
import Segmented from '../../../renderer/ui/Segmented.svelte'
import SelectField from '../../../renderer/ui/SelectField.svelte'
import { text } from './snippets.ts'

const choices = [
  { value: 'copy', label: 'Copy' },
  { value: 'move', label: 'Move' },
  { value: 'rewrite', label: 'Rewrite', disabled: true, reason: 'Not between endpoints' },
]

describe('Segmented', () => {
  it('is a radio group of which Tab reaches the chosen one', async () => {
    render(Segmented, { label: 'Do', value: 'move', choices })
    await tick()
    expect(screen.getByRole('radiogroup', { name: 'Do' })).toBeDefined()
    const move = screen.getByRole('radio', { name: 'Move' })
    expect(move.getAttribute('aria-checked')).toBe('true')
    expect(move.tabIndex).toBe(0)
    expect(screen.getByRole('radio', { name: 'Copy' }).tabIndex).toBe(-1)
  })

  it('chooses with the arrows, and skips what is off', async () => {
    const onchange = vi.fn()
    render(Segmented, { label: 'Do', value: 'copy', choices, onchange })
    const copy = screen.getByRole('radio', { name: 'Copy' })
    copy.focus()
    await fireEvent.keyDown(copy, { key: 'ArrowRight' })
    const move = screen.getByRole('radio', { name: 'Move' })
    expect(document.activeElement).toBe(move)
    expect(move.getAttribute('aria-checked')).toBe('true')
    await fireEvent.keyDown(move, { key: 'ArrowRight' })
    expect(document.activeElement).toBe(copy)
    expect(onchange.mock.calls).toEqual([['move'], ['copy']])
  })

  it('says why a choice is off', () => {
    render(Segmented, { label: 'Do', value: 'copy', choices })
    expect(screen.getByRole('radio', { name: 'Rewrite' }).title).toBe('Not between endpoints')
  })
})

describe('SelectField', () => {
  it('opens by keyboard, chooses, and tells once', async () => {
    const onchange = vi.fn()
    render(SelectField, { label: 'Do', value: 'copy', choices, onchange })
    const field = screen.getByRole('combobox', { name: 'Do' })
    expect(field.textContent).toContain('Copy')
    field.focus()
    await fireEvent.keyDown(field, { key: 'ArrowDown' })
    const move = await screen.findByRole('option', { name: 'Move' })
    expect(screen.getByRole('option', { name: 'Rewrite' }).getAttribute('aria-disabled')).toBe('true')
    await fireEvent.pointerMove(move)
    await fireEvent.pointerUp(move)
    expect(onchange.mock.calls).toEqual([['move']])
    expect(field.textContent).toContain('Move')
  })
})

describe('Checkbox', () => {
  it('leaves mixed for on, and its text can be clicked', async () => {
    const onchange = vi.fn()
    render(Checkbox, { mixed: true, children: text('Use a bucket key'), onchange })
    const box = screen.getByRole('checkbox', { name: 'Use a bucket key' })
    expect(box.getAttribute('aria-checked')).toBe('mixed')
    await fireEvent.click(screen.getByText('Use a bucket key'))
    expect(box.getAttribute('aria-checked')).toBe('true')
    expect(onchange).toHaveBeenCalledWith(true)
  })
})
