import { unknownTokens } from '#model/name-template.ts'
import { nameRule, type NameRule } from '#model/names.ts'

interface NameRuleChoice {
  readonly value: NameRule['rule']
  readonly label: string
  readonly hint?: string
}

/** In the order in which they are offered, with what a person calls them. */
export const NAME_RULE_CHOICES: readonly NameRuleChoice[] = [
  { value: 'prefix', label: 'Swap a prefix' },
  { value: 'replace', label: 'Find and replace', hint: 'a regular expression with groups' },
  { value: 'case', label: 'Change the case' },
  { value: 'flatten', label: 'Flatten', hint: 'slashes become another sign' },
  { value: 'template', label: 'Template', hint: 'from parts and the date' },
]

/** A rule as it begins: it changes nothing, or what one sees at once. */
export function freshRule(kind: NameRule['rule']): NameRule {
  switch (kind) {
    case 'prefix':
      return { rule: kind, from: '', to: '' }
    case 'replace':
      return { rule: kind, find: ' ', with: '_', every: true }
    case 'case':
      return { rule: kind, to: 'lower' }
    case 'flatten':
      return { rule: kind, separator: '-' }
    case 'template':
      return { rule: kind, text: '{yyyy}/{mm}/{dd}/{name}' }
  }
}

/** What is wrong with a rule as it is typed, or undefined. */
export function nameRuleTrouble(rule: NameRule): string | undefined {
  if (nameRule.safeParse(rule).success) return undefined
  switch (rule.rule) {
    case 'replace':
      return 'Not a regular expression.'
    case 'flatten':
      return 'It holds no slash.'
    case 'template':
      return rule.text === '' ? 'Type a template.' : `There is no {${unknownTokens(rule.text)[0] ?? ''}}.`
    case 'prefix':
    case 'case':
      return 'Too long.'
  }
}
