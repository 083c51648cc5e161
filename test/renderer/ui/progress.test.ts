import { render, screen } from '@testing-library/svelte'
import { describe, expect, it } from 'vitest'
import Legend from '../../../renderer/ui/Legend.svelte'
import ProgressBar from '../../../renderer/ui/ProgressBar.svelte'
import { topOfBinary, topOfCounts } from '../../../renderer/ui/scale.ts'
import { STATE_LOOKS } from '../../../renderer/ui/state-look.ts'

const spoken = (): string | null => screen.getByRole('progressbar').getAttribute('aria-valuetext')

describe('ProgressBar', () => {
  it('says what is settled: done, skipped and failed, not what is under way', () => {
    render(ProgressBar, {
      label: 'Copy',
      total: 200,
      segments: [
        { kind: 'done', count: 80 },
        { kind: 'skipped', count: 15 },
        { kind: 'failed', count: 5 },
        { kind: 'running', count: 50 },
      ],
    })
    const bar = screen.getByRole('progressbar', { name: 'Copy' })
    expect(bar.getAttribute('aria-valuenow')).toBe('50')
    expect(spoken()).toBe('50 %')
  })

  it('says that the listing goes on, and never 100 % before it is', () => {
    render(ProgressBar, {
      label: 'Copy',
      total: 1000,
      listing: true,
      segments: [{ kind: 'done', count: 999 }],
    })
    expect(spoken()).toBe('99 %, still listing')
  })

  it('reads out the text it is given', () => {
    render(ProgressBar, { label: 'Copy', total: 0, segments: [], text: 'Planning' })
    expect(spoken()).toBe('Planning')
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('0')
  })

  it('draws a segment for what is there, and the rest as to do', () => {
    const { container } = render(ProgressBar, {
      label: 'Copy',
      total: 1_000_000,
      segments: [
        { kind: 'done', count: 999_998 },
        { kind: 'failed', count: 1 },
        { kind: 'skipped', count: 0 },
      ],
    })
    const kinds = Array.from(container.querySelectorAll('i'), (part) => part.classList[0])
    expect(kinds).toEqual(['done', 'failed', 'todo'])
  })
})

describe('Legend', () => {
  it('has the true numbers', () => {
    render(Legend, { entries: [{ kind: 'failed', count: 1263, label: 'Failed', note: '1.2 GiB' }] })
    expect(screen.getByRole('listitem').textContent?.replace(/\s+/g, ' ').trim()).toBe('Failed 1,263 1.2 GiB')
  })
})

describe('states', () => {
  const ALIKE = new Set(['queued', 'waiting', 'archived', 'restoring'])
  it('are told apart by shape alone, but for waiting and for archives', () => {
    const apart = Object.entries(STATE_LOOKS).filter(([state]) => !ALIKE.has(state))
    const shared = apart.filter(
      ([, look], at) => apart.findIndex(([, other]) => other.icon === look.icon) !== at,
    )
    expect(shared.map(([state]) => state)).toEqual([])
  })
})

describe('axes', () => {
  it.each([
    [0, 1],
    [1, 1],
    [7, 10],
    [10, 10],
    [212, 250],
    [260, 500],
    [4_801, 5_000],
  ])('of counts up to %d end at %d', (value, top) => expect(topOfCounts(value)).toBe(top))
  it.each([
    [0, 1],
    [58, 64],
    [64, 64],
    [1.31 * 1024 ** 3, 2 * 1024 ** 3],
  ])('of bytes up to %d end at %d', (value, top) => expect(topOfBinary(value)).toBe(top))
})
