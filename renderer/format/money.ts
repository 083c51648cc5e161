/** US dollars: cents, and of less than one what shows that it is not nothing. */
export function formatUsd(amount: number): string {
  const size = Math.abs(amount)
  const digits = size === 0 || size >= 0.1 ? 2 : size >= 0.001 ? 4 : 6
  const text = size.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: digits })
  return `${amount < 0 ? '−' : ''}$${text}`
}
