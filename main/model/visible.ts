/**
 * An object key as it can be read: a key may hold any Unicode (S3 User Guide, "Naming Amazon S3 objects"), and
 * what a screen swallows or obeys is replaced by a sign for it.
 *
 * - controls, no-break spaces and lone surrogates become their number, `‹U+0009›`; there are prettier signs, but
 *   not in every font;
 * - so do marks that reorder or hide text (bidi controls, zero-width space, BOM), so that `fdp.exe` cannot pose as
 *   `exe.pdf`; the joiners that scripts and emoji need stay;
 * - spaces at either end become `␣`.
 */
export function visible(text: string): string {
  if (PLAIN.test(text)) return text
  return text
    .replace(/^ +| +$/g, (spaces) => '␣'.repeat(spaces.length))
    .replace(UNSEEN, (char) => {
      const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
      return `‹U+${code}›`
    })
}

const PLAIN = /^(?! )[\x20-\x7e]*(?<! )$/

const UNSEEN =
  /[\p{Cc}\u00a0\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu
