import { defused } from '#model/formula.ts'

/** The ids of S3 are letters, digits and `. _ - / + =`, and begin with no `=`; no formula can be made of these. */
const VERSION_ID = /^[A-Za-z0-9._/+-][A-Za-z0-9._/+=-]*$/

/** A version id: of S3 as it is, as the row is a row of a manifest again; what another server chose is made harmless. */
export function harmlessId(versionId: string): string {
  return VERSION_ID.test(versionId) ? versionId : defused(versionId)
}
