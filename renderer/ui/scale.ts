/** The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below the value: the top of an axis of counts. */
export function topOfCounts(value: number): number {
  if (value <= 1) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= value) ?? 10
  return step * power
}

/** The smallest power of two that is not below the value: the top of an axis of bytes, or of requests at once. */
export function topOfBinary(value: number): number {
  return value <= 1 ? 1 : 2 ** Math.ceil(Math.log2(value))
}
