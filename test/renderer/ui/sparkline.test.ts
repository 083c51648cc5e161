import { render, screen } from '@testing-library/svelte'
import { expect, it } from 'vitest'
import Sparkline from '../../../renderer/ui/Sparkline.svelte'

it('a sparkline draws its values from left to right, the highest at the top', () => {
  const { container } = render(Sparkline, {
    label: 'Objects a second',
    values: [0, 5, 10],
    width: 80,
    height: 16,
  })
  expect(screen.getByRole('img', { name: 'Objects a second' })).toBeDefined()
  expect(container.querySelector('polyline')?.getAttribute('points')).toBe('0.0,15.0 40.0,8.0 80.0,1.0')
})
