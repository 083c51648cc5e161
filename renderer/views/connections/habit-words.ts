/** What an endpoint can keep its word on, as a person reads it, by the names that a probe reports. */
const HABIT_WORDS: Readonly<Record<string, string>> = {
  copySourceIfMatch: 'A copy refuses a source that changed',
  partSourceIfMatch: 'A copied part refuses a source that changed',
  writeConditions: 'A write refuses to replace what it was not told of',
  deleteIfMatch: 'A delete refuses what changed',
  deletesByEtag: 'Deletes of many keys refuse what changed',
  taggingDirective: 'A copy sets the tags it is given',
  selfCopyKeepsTags: 'An object copied onto itself keeps its tags',
  createUploadTagging: 'An upload in parts sets tags',
  copyEncrypts: 'A copy encrypts as it is asked to',
  checksums: 'Checksums are kept and compared',
  annotations: 'Annotations',
  updateEncryption: 'Encryption is changed without a copy',
  answersInFull: 'A copy’s answer tells version and encryption',
  listsInOrder: 'Lists come in the order of their keys',
}

/** One that this window does not know yet is shown by its name. */
export function habitWords(name: string): string {
  return HABIT_WORDS[name] ?? name
}
