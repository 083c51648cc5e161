/**
 * A name beside one that is taken, as file managers make it; `n` from 2.
 *
 * | taken              | beside it            |
 * |--------------------|----------------------|
 * | `a/b.txt`          | `a/b (2).txt`        |
 * | `a/b`              | `a/b (2)`            |
 * | `a/.profile`       | `a/.profile (2)`     |
 * | `a/b.tar.gz`       | `a/b.tar (2).gz`     |
 * | `a/b/` (a folder)  | `a/b (2)/`           |
 */
export function besideName(key: string, n: number): string {
  const end = key.endsWith('/') ? '/' : ''
  const whole = key.slice(0, key.length - end.length)
  const start = whole.lastIndexOf('/') + 1
  const dot = end === '' ? whole.lastIndexOf('.') : -1
  const at = dot > start ? dot : whole.length
  return `${whole.slice(0, at)} (${n})${whole.slice(at)}${end}`
}
