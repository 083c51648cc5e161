/** What a `datetime-local` field holds, in the time of this machine: `2026-11-20T09:14`. */
export function toLocalField(instant: number): string {
  const at = new Date(instant)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`
}

/** Undefined while the field is empty or only half filled. */
export function fromLocalField(text: string): number | undefined {
  const at = new Date(text).getTime()
  return Number.isNaN(at) ? undefined : at
}

/** The same to the second, for a field with `step="1"`. */
export function toLocalSecond(instant: number): string {
  return `${toLocalField(instant)}:${String(new Date(instant).getSeconds()).padStart(2, '0')}`
}
