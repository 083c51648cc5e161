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

/**
 * A text for a terminal or a log: what either would obey instead of showing it is written as JSON escapes it, `\u001b`,
 * so that a line of JSON stays the same JSON. Line breaks and tabs stay.
 */
export function visibleControls(text: string): string {
  if (HARMLESS.test(text)) return text
  return text.replace(OBEYED, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const HARMLESS = /^[\n\t\x20-\x7e]*$/

/** Controls (of 8 bits, too: CSI is U+009B), separators of lines, and marks that reorder text. */
// eslint-disable-next-line no-control-regex
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g
