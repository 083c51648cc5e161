import fc from 'fast-check'
import { expect, test } from 'vitest'
import { visibleControls } from '../../main/model/visible.ts'

test.each([
  ['plain: a/ü 😀\n\tnext', 'plain: a/ü 😀\n\tnext'],
  ['\u001b[31mred', '\\u001b[31mred'],
  ['\u001b]52;c;Zm9v\u0007', '\\u001b]52;c;Zm9v\\u0007'],
  ['over\rwritten\b\b', 'over\\u000dwritten\\u0008\\u0008'],
  ['\u009b2J of 8 bits', '\\u009b2J of 8 bits'],
  ['fdp.\u202eexe', 'fdp.\\u202eexe'],
])('for a terminal %j is %j', (text, shown) => expect(visibleControls(text)).toBe(shown))

test('nothing that a terminal obeys is left, and a line of JSON stays the same JSON', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      // eslint-disable-next-line no-control-regex
      expect(visibleControls(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/)
      expect(JSON.parse(visibleControls(JSON.stringify(text)))).toBe(text)
    }),
  )
})
