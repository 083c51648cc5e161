import { expect, test } from 'vitest'
import { placeCallout } from '../../../renderer/views/tour/place-callout.ts'

const SIZE = { width: 320, height: 120 }
const WINDOW = { width: 1280, height: 800 }
const box = (left: number, top: number, width: number, height: number) => ({ left, top, width, height })

test.each([
  ['nothing', undefined, { side: 'none', left: 948, top: 668 }],
  ['a row', box(220, 200, 500, 28), { side: 'below', left: 220, top: 238, arrow: 48 }],
  ['a button at the bottom', box(1150, 740, 100, 28), { side: 'above', left: 948, top: 610, arrow: 250 }],
  ['a sidebar', box(0, 60, 200, 700), { side: 'none', left: 12, top: 592 }],
  ['a panel as high as half the window', box(200, 300, 200, 390), { side: 'above', left: 200, top: 170 }],
  ['what leaves room at its right only', box(100, 100, 300, 399), { side: 'below', left: 100, top: 509 }],
])('beside %s', (_about, about, spot) => {
  expect(placeCallout(about, SIZE, WINDOW)).toMatchObject(spot)
})

test('in a low window it goes beside, and into the corner where nothing has room', () => {
  const low = { width: 1280, height: 200 }
  expect(placeCallout(box(100, 60, 300, 90), SIZE, low)).toMatchObject({ side: 'right', left: 410 })
  expect(placeCallout(box(900, 60, 300, 90), SIZE, low)).toMatchObject({ side: 'left', left: 570 })
  expect(placeCallout(box(100, 60, 1080, 90), SIZE, low)).toMatchObject({ side: 'none' })
})
