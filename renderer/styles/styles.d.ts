/** A style sheet, imported for its effect: the bundler puts it on the page. */
declare module '*.css'
