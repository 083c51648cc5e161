/** A SHA-256 as people compare it: pairs of digits with colons between them. */
export function fingerprintText(fingerprint: string): string {
  return (fingerprint.toUpperCase().match(/../g) ?? []).join(':')
}
