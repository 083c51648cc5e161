/** The tokens of a template. */
export const NAME_TOKENS = [
  'key',
  'dir',
  'name',
  'stem',
  'ext',
  'yyyy',
  'mm',
  'dd',
  'hh',
  'min',
  'ss',
] as const
export type NameToken = (typeof NAME_TOKENS)[number]

/** `{{` is a brace. A brace that is never closed stays as it is. */
export function pieces(text: string): { readonly text: string; readonly token?: string | undefined }[] {
  return [...text.matchAll(/\{\{|\{([^{}]*)\}|[^{]+|\{/g)].map(([whole, token]) =>
    whole === '{{' ? { text: '{' } : { text: whole, token },
  )
}

/** Tokens of a template that there are none of; a person's typing error would end up in every name. */
export function unknownTokens(text: string): string[] {
  const known: readonly string[] = NAME_TOKENS
  return pieces(text).flatMap((piece) =>
    piece.token !== undefined && !known.includes(piece.token) ? [piece.token] : [],
  )
}
