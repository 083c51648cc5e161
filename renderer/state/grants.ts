import type { Grant } from '#model/properties.ts'

type Grantee = Grant['grantee']

/** S3's predefined groups. Source: "Access control list (ACL) overview". */
const GROUPS = 'http://acs.amazonaws.com/groups'
export const GROUP_CHOICES = [
  { value: `${GROUPS}/global/AllUsers`, label: 'Everybody', hint: 'without signing in' },
  { value: `${GROUPS}/global/AuthenticatedUsers`, label: 'Any AWS account' },
  { value: `${GROUPS}/s3/LogDelivery`, label: 'S3 log delivery' },
] as const

export function granteeText({ grantee }: Grant): string {
  switch (grantee.kind) {
    case 'account':
      return grantee.id
    case 'email':
      return grantee.address
    case 'group':
      return grantee.uri
  }
}

/** A group begins as the one that lets in the fewest. */
export function withGrantee(kind: Grantee['kind'], text: string): Grantee {
  switch (kind) {
    case 'account':
      return { kind, id: text }
    case 'email':
      return { kind, address: text }
    case 'group':
      return { kind, uri: text === '' ? GROUP_CHOICES[2].value : text }
  }
}
