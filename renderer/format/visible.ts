/**
 * An object key as it can be read: a key may hold any Unicode (S3 User Guide, "Naming Amazon S3 objects"), and
 * what a screen swallows or obeys is replaced by a sign for it.
 *
 * - C0 controls and DEL become their pictures (`␀`, `␉`, `␊`, `␡`), C1 controls `⟨U+0085⟩`;
 * - marks that reorder or hide text (bidi controls, zero-width space, BOM) become `⟨U+202E⟩`, so that
 *   `fdp.exe` cannot pose as `exe.pdf`; the joiners that scripts and emoji need stay;
 * - spaces at either end become `␠`, a no-break space `⍽`, a lone surrogate `⟨U+D800⟩`.
 */
export function visible(text: string): string {
  if (PLAIN.test(text)) return text
  return text
    .replace(/^ +| +$/g, (spaces) => '␠'.repeat(spaces.length))
    .replace(UNSEEN, (char) => sign(char.codePointAt(0) ?? 0))
}

const PLAIN = /^(?! )[\x20-\x7e]*(?<! )$/

// eslint-disable-next-line no-control-regex -- control characters are the matter here
const UNSEEN =
  /[\u0000-\u001f\u007f-\u00a0\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu

function sign(code: number): string {
  if (code < 0x20) return String.fromCodePoint(0x2400 + code)
  if (code === 0x7f) return '␡'
  if (code === 0xa0) return '⍽'
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`
}
