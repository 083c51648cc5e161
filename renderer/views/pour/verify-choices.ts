import type { VerifyLevel } from '#model/spec.ts'
import type { Choice } from '../../ui/choice.ts'

export const VERIFY_CHOICES: readonly Choice<VerifyLevel>[] = [
  {
    value: 'auto',
    label: 'Automatic',
    hint: 'by the copy’s own answer where the server is known to keep its word, else by a HEAD',
  },
  {
    value: 'answer',
    label: 'By the answer',
    hint: 'the ETag that the copy’s answer names; no further request',
  },
  { value: 'head', label: 'By a HEAD', hint: 'size, ETag and headers of every copy are read back' },
  { value: 'full', label: 'In full', hint: 'its tags, access and lock are read back, too' },
]

export function verifyName(level: VerifyLevel): string {
  return VERIFY_CHOICES.find((choice) => choice.value === level)?.label ?? level
}
