import { expect, test } from 'vitest'
import { decodeWords } from '#model/encoded-words.ts'

test.each([
  ['plain', 'plain'],
  ['=?UTF-8?B?w7xiZXI=?=', 'über'],
  ['=?utf-8?q?=C3=BCber_alles?=', 'über alles'],
  ['=?ISO-8859-1?Q?=FCber?=', 'über'],
  // A character cut between two words, and the space between them, which belongs to neither.
  ['=?UTF-8?B?w7w=?= =?UTF-8?B?Yg==?=', 'üb'],
  ['=?UTF-8?Q?=C3?= =?UTF-8?Q?=BC?=', 'ü'],
  ['a =?UTF-8?B?w7w=?= z', 'a ü z'],
  ['=?UTF-8*de?B?w7w=?=', 'ü'],
  // What is none stays as it came.
  ['=?UTF-8?B?w7?!?=', '=?UTF-8?B?w7?!?='],
  ['=?UTF-8?Q?=ZZ?=', '=?UTF-8?Q?=ZZ?='],
  ['=?no-such-charset?Q?a?=', '=?no-such-charset?Q?a?='],
  ['=?UTF-8?Q?=FF?=', '=?UTF-8?Q?=FF?='],
  ['1=?2', '1=?2'],
])('%s reads %s', (value, text) => {
  expect(decodeWords(value)).toBe(text)
})
