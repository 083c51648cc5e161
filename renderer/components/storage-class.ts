const NAMES: Readonly<Record<string, string>> = {
  STANDARD: 'Standard',
  STANDARD_IA: 'Standard-IA',
  ONEZONE_IA: 'One Zone-IA',
  INTELLIGENT_TIERING: 'Int-Tiering',
  GLACIER_IR: 'Glacier IR',
  GLACIER: 'Glacier',
  DEEP_ARCHIVE: 'Deep Archive',
  EXPRESS_ONEZONE: 'Express',
  REDUCED_REDUNDANCY: 'Reduced',
}

/** A storage class as a column shows it; one that a compatible server made up stays as it is. */
export function storageClassName(storageClass: string): string {
  return NAMES[storageClass] ?? storageClass
}
