import { fireEvent, render, screen } from '@testing-library/svelte'
import { describe, expect, it, vi } from 'vitest'
import Button from '../../../renderer/ui/Button.svelte'
import TextField from '../../../renderer/ui/TextField.svelte'
import { text } from './snippets.ts'

describe('TextField', () => {
  it('is named by its label, and nothing is wrong with it', () => {
    render(TextField, { label: 'Bucket', value: 'acme-exports' })
    const field = screen.getByRole('textbox', { name: 'Bucket' })
    expect(field.hasAttribute('aria-invalid')).toBe(false)
    expect(field.hasAttribute('aria-describedby')).toBe(false)
  })

  it('is read out with its error, which replaces the hint', () => {
    render(TextField, { label: 'Bucket', value: 'Acme', error: 'Lower case only', hint: 'As S3 has it' })
    const field = screen.getByRole('textbox', { name: 'Bucket' })
    expect(field.getAttribute('aria-invalid')).toBe('true')
    const message = document.getElementById(field.getAttribute('aria-describedby') ?? '')
    expect(message?.textContent?.trim()).toBe('Lower case only')
    expect(screen.queryByText('As S3 has it')).toBeNull()
  })

  it('shows a password only while it is asked to', async () => {
    render(TextField, { label: 'Secret access key', type: 'password', value: 'wine' })
    const field = screen.getByLabelText<HTMLInputElement>('Secret access key')
    expect(field.type).toBe('password')
    await fireEvent.click(screen.getByRole('button', { name: 'Show what is typed' }))
    expect(field.type).toBe('text')
    expect(field.value).toBe('wine')
    await fireEvent.click(screen.getByRole('button', { name: 'Hide what is typed' }))
    expect(field.type).toBe('password')
  })
})

describe('Button', () => {
  it('that is off for a reason can be reached, tells it, and does nothing', async () => {
    const onclick = vi.fn()
    render(Button, { children: text('Start'), disabled: true, reason: 'No right to the key', onclick })
    const button = screen.getByRole<HTMLButtonElement>('button', { name: 'Start' })
    expect(button.disabled).toBe(false)
    expect(button.getAttribute('aria-disabled')).toBe('true')
    expect(button.title).toBe('No right to the key')
    await fireEvent.click(button)
    expect(onclick).not.toHaveBeenCalled()
  })

  it('that is off without one is plainly disabled', () => {
    render(Button, { children: text('Start'), disabled: true })
    expect(screen.getByRole<HTMLButtonElement>('button').disabled).toBe(true)
  })

  it('names its keys to a screen reader', () => {
    render(Button, { children: text('Start'), keys: 'Mod+Enter' })
    expect(screen.getByRole('button').getAttribute('aria-keyshortcuts')).toBe('Control+Enter')
  })
})
