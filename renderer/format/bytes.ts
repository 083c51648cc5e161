import { formatCount } from './count.ts'

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const

/**
 * A size in binary units, about three figures: `912 B`, `84.2 KiB`, `2.31 MiB`, `128.4 MiB`, `1.37 TiB`.
 * A value that rounding would carry to 1,024 moves to the next unit.
 */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${Math.trunc(bytes)} B`
  let unit = 1
  let value = bytes / 1024
  while (unit < UNITS.length - 1 && Number(value.toFixed(decimals(value, unit))) >= 1024) {
    value /= 1024
    unit += 1
  }
  return `${value.toFixed(decimals(value, unit))} ${UNITS[unit]}`
}

/** A size to the last byte, for tooltips and the clipboard: `1,508,483 bytes`. */
export function formatExactBytes(bytes: number): string {
  return `${formatCount(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`
}

/** A hundredth of a KiB tells nobody anything; a hundredth of a GiB does. */
function decimals(value: number, unit: number): number {
  return unit > 1 && value < 9.995 ? 2 : 1
}
