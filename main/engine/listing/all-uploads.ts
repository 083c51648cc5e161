import { ListTrails } from './list-trails.ts'
import type { ListUploads, UploadsPage, UploadSummary } from '../storage.ts'

/** All unfinished uploads under a prefix, page by page: of one key's prefix there are few. */
export async function allUploads(
  { bucket, prefix }: Pick<ListUploads, 'bucket' | 'prefix'>,
  pageOf: (asked: ListUploads) => Promise<UploadsPage>,
): Promise<UploadSummary[]> {
  const uploads: UploadSummary[] = []
  const trails = new ListTrails()
  let next: UploadsPage['next']
  do {
    const asked = { bucket, prefix, next }
    const page = trails.uploads(asked, await pageOf(asked))
    uploads.push(...page.uploads)
    next = page.next
  } while (next)
  return uploads
}
