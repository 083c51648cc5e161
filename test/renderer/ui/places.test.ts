import { fireEvent, render, screen } from '@testing-library/svelte'
import { afterEach, describe, expect, it, vi } from 'vitest'
import Breadcrumbs from '../../../renderer/ui/Breadcrumbs.svelte'
import KeyText from '../../../renderer/ui/KeyText.svelte'
import ResizeHandle from '../../../renderer/ui/ResizeHandle.svelte'
import { page } from '../setup.ts'

afterEach(() => {
  page.room = 1000
})

describe('KeyText', () => {
  it('shows a key that fits as it is', async () => {
    render(KeyText, { text: 'README.md' })
    expect((await screen.findByTitle('README.md')).textContent).toBe('README.md')
  })

  it('loses its middle where it does not fit, and keeps the whole in the tooltip', async () => {
    page.room = 24 * 8
    render(KeyText, { text: 'part-00412-5f0c2b1e-snappy.parquet' })
    const key = screen.getByTitle('part-00412-5f0c2b1e-snappy.parquet')
    await vi.waitFor(() => expect(key.textContent).toBe('part-00412-5…ppy.parquet'))
  })

  it('marks what was found, whatever its case, and nothing where nothing was', () => {
    const { container } = render(KeyText, { text: 'Report.PARQUET', found: 'parquet' })
    expect(container.querySelector('mark')?.textContent).toBe('PARQUET')
    expect(render(KeyText, { text: 'a', found: 'b' }).container.querySelector('mark')).toBeNull()
  })

  it('shows what cannot be seen', () => {
    const { container } = render(KeyText, { text: 'a\u202Eb ' })
    expect(container.textContent).toBe('a‹U+202E›b␣')
  })
})

describe('Breadcrumbs', () => {
  const crumbs = ['acme-lake', 'events', '2026', '11']

  it('lead to each place above', async () => {
    const onselect = vi.fn()
    render(Breadcrumbs, { label: 'Place', crumbs, onselect })
    await fireEvent.click(screen.getByRole('button', { name: 'events' }))
    expect(onselect).toHaveBeenCalledWith(1)
    expect(screen.getByRole('button', { name: '11' }).getAttribute('aria-current')).toBe('location')
  })

  it('fold the first prefixes where room is short, and keep bucket and place', async () => {
    page.room = 200
    render(Breadcrumbs, { label: 'Place', crumbs, onselect: () => undefined })
    await screen.findByRole('button', { name: '2 more prefixes' })
    expect(screen.getAllByRole('button').map((button) => button.textContent)).toEqual([
      'acme-lake',
      '…',
      '11',
    ])
  })
})

describe('ResizeHandle', () => {
  it('moves by keyboard, within its ends, and in the direction that it grows', async () => {
    const onresize = vi.fn()
    render(ResizeHandle, { label: 'Inspector', value: 260, min: 200, max: 270, grows: 'left', onresize })
    const handle = screen.getByRole('separator', { name: 'Inspector' })
    expect(handle.getAttribute('aria-valuenow')).toBe('260')
    for (const key of ['ArrowLeft', 'ArrowRight', 'Home', 'End', 'ArrowUp'])
      await fireEvent.keyDown(handle, { key })
    expect(onresize.mock.calls).toEqual([[270], [244], [200], [270]])
  })

  it('follows the pointer until it is let go', async () => {
    const onresize = vi.fn()
    render(ResizeHandle, { label: 'Sidebar', value: 200, min: 160, max: 400, onresize })
    const handle = screen.getByRole('separator')
    await fireEvent(handle, new MouseEvent('pointerdown', { bubbles: true, clientX: 200, button: 0 }))
    await fireEvent(handle, new MouseEvent('pointermove', { bubbles: true, clientX: 233 }))
    await fireEvent(handle, new MouseEvent('pointerup', { bubbles: true, clientX: 233 }))
    await fireEvent(handle, new MouseEvent('pointermove', { bubbles: true, clientX: 300 }))
    expect(onresize.mock.calls).toEqual([[233]])
  })
})
