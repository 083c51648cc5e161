import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeXml } from '../../../main/engine/wire/documents.ts'
import { child, childText, parseXml, XmlError } from '../../../main/engine/wire/xml.ts'

describe('parseXml', () => {
  it('reads elements, text and entities, and forgets attributes and the declaration', () => {
    const root = parseXml(
      `  <?xml version="1.0"?>\n<A xmlns="http://x/" b='>'><B>1 &lt;&amp;&#228;&#xE4;&quot;</B> <C/><D><E>2</E></D></A>\n`,
    )
    expect(root.name).toBe('A')
    expect(root.text).toBe('')
    expect(root.children.map(({ name }) => name)).toEqual(['B', 'C', 'D'])
    expect(childText(root, 'B')).toBe('1 <&ää"')
    expect(childText(root, 'C')).toBe('')
    expect(childText(child(root, 'D') ?? root, 'E')).toBe('2')
    expect(childText(root, 'Z')).toBeUndefined()
  })

  it('keeps the whitespace of a key', () => {
    expect(parseXml('<Key> a\n\tb </Key>').text).toBe(' a\n\tb ')
  })

  it.each([
    ['nothing', ''],
    ['no element', 'hello'],
    ['half a document', '<A><B>1</B>'],
    ['half a tag', '<A><B'],
    ['half a closing tag', '<A></A'],
    ['the wrong end', '<A></B>'],
    ['two roots', '<A/><B/>'],
    ['text after the root', '<A/>x'],
    ['an unknown entity', '<A>&nbsp;</A>'],
    ['an entity of Object', '<A>&constructor;</A>'],
    ['a bare ampersand', '<A>a & b</A>'],
    ['a number that is no character', '<A>&#x110000;</A>'],
    ['half a surrogate pair', '<A>&#xD800;</A>'],
    ['more elements than memory should hold', `<A>${'<a/>'.repeat(200_001)}</A>`],
    ['a DOCTYPE', '<!DOCTYPE a [<!ENTITY b "c">]><A>&b;</A>'],
    ['CDATA', '<A><![CDATA[x]]></A>'],
    ['a bad attribute', '<A b=c></A>'],
    ['too deep', `${'<A>'.repeat(17)}${'</A>'.repeat(17)}`],
    ['HTML', '<html><body><p>502 Bad Gateway<br></body></html>'],
    ['JSON', '{"error": "x"}'],
  ])('refuses %s', (_what, text) => {
    expect(() => parseXml(text)).toThrow(XmlError)
  })

  it('gives any text back that was escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(parseXml(`<A>${escapeXml(text)}</A>`).text).toBe(text)
      }),
    )
  })

  it('never does anything but read or throw an XmlError', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('<A>', '</A>', '<B/>', '&amp;', '&', '<', '>', '"', ' x="', 'y', '<?')),
        (parts) => {
          try {
            parseXml(parts.join(''))
          } catch (error) {
            expect(error).toBeInstanceOf(XmlError)
          }
        },
      ),
    )
  })
})
