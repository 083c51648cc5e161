/** An image becomes the address that the bundler gives it. */
declare module '*.svg' {
  const url: string
  // eslint-disable-next-line no-restricted-syntax -- this is how the bundler hands it over
  export default url
}
