import { formatBytes } from './bytes.ts'
import { formatCount } from './count.ts'

/** Objects a second: `212/s`; below ten with one decimal, `0.4/s`. */
export function formatObjectRate(perSecond: number): string {
  return perSecond > 0 && perSecond < 9.95
    ? `${perSecond.toFixed(1)}/s`
    : `${formatCount(Math.round(perSecond))}/s`
}

/** Bytes a second in binary units: `1.31 GiB/s`. */
export function formatByteRate(bytesPerSecond: number): string {
  return `${formatBytes(Math.round(bytesPerSecond))}/s`
}
