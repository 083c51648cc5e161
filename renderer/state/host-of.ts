/** The host of a URL, for people; what is no URL as it is. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}
