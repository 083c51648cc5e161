import type { Attributes } from './attributes.ts'
import type { ObjectVersion, Upload } from './bucket.ts'
import { joinContents } from './content.ts'
import { guarded } from './guard.ts'
import type { Mutation } from './mutation.ts'

type CopyMutation = Mutation & { readonly op: 'CopyObject' }

/** The version that a PutObject makes. */
export function newVersion(mutation: Mutation & { op: 'PutObject' }): ObjectVersion {
  const { versionId, time: modified, content, attributes, tags, storageClass } = mutation
  return {
    kind: 'object',
    versionId,
    modified,
    content,
    ...(mutation.etag === undefined ? undefined : { etag: mutation.etag }),
    attributes,
    tags,
    storageClass,
    ...(mutation.encryption === undefined ? undefined : { encryption: mutation.encryption }),
    ...guarded(mutation),
    ...(mutation.checksum === undefined ? undefined : { checksum: mutation.checksum }),
    older: undefined,
  }
}

/** The version that a CopyObject makes of `source`. */
export function copiedVersion(mutation: CopyMutation, source: ObjectVersion): ObjectVersion {
  if (isPlain(mutation, source)) return plainCopy(mutation, source)
  const checksum = mutation.checksum ?? source.checksum
  const copied: ObjectVersion = {
    kind: 'object',
    versionId: mutation.versionId,
    modified: mutation.time,
    content: source.content,
    ...(mutation.etag === undefined ? undefined : { etag: mutation.etag }),
    attributes: mutation.attributes ?? withoutRedirect(source.attributes),
    tags: mutation.tags ?? source.tags,
    storageClass: mutation.storageClass,
    ...(mutation.encryption === undefined ? undefined : { encryption: mutation.encryption }),
    ...guarded(mutation),
    ...(checksum === undefined ? undefined : { checksum }),
    older: undefined,
  }
  if (source.annotations !== undefined && mutation.annotations !== 'EXCLUDE') {
    copied.annotations = source.annotations
  }
  return copied
}

/** Whether a copy has nothing but what every object has. */
function isPlain(mutation: CopyMutation, source: ObjectVersion): boolean {
  return (
    mutation.etag === undefined &&
    mutation.encryption === undefined &&
    mutation.guard === undefined &&
    mutation.checksum === undefined &&
    source.checksum === undefined &&
    source.annotations === undefined
  )
}

/** As one plain literal, which takes a third of the time and less memory than one of parts. */
function plainCopy(mutation: CopyMutation, source: ObjectVersion): ObjectVersion {
  return {
    kind: 'object',
    versionId: mutation.versionId,
    modified: mutation.time,
    content: source.content,
    attributes: mutation.attributes ?? withoutRedirect(source.attributes),
    tags: mutation.tags ?? source.tags,
    storageClass: mutation.storageClass,
    older: undefined,
  }
}

/** S3 does not take the redirect along: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
function withoutRedirect(attributes: Attributes): Attributes {
  if (attributes.redirect === undefined) return attributes
  return { headers: attributes.headers, metadata: attributes.metadata }
}

/** The version that a CompleteMultipartUpload makes of what `upload` holds. */
export function completedVersion(
  mutation: Mutation & { op: 'CompleteMultipartUpload' },
  upload: Upload,
): ObjectVersion {
  const parts = mutation.partNumbers.map((partNumber) => {
    const part = upload.parts.get(partNumber)
    if (part === undefined) throw new Error(`a mutation names part ${partNumber}, which is not there`)
    return part
  })
  const contents = parts.map(({ content }) => content)
  const { checksum } = mutation
  return {
    kind: 'object',
    versionId: mutation.versionId,
    modified: mutation.time,
    content: joinContents(contents),
    etag: mutation.etag,
    partSizes: contents.map((content) => content.size),
    attributes: upload.attributes,
    tags: upload.tags,
    storageClass: upload.storageClass,
    ...(upload.encryption === undefined ? undefined : { encryption: upload.encryption }),
    ...guarded(mutation.guard === undefined ? upload : mutation),
    ...(checksum === undefined ? undefined : { checksum }),
    ...(upload.checksum === undefined
      ? undefined
      : { partChecksums: parts.map((part) => part.checksum?.value ?? '') }),
    older: undefined,
  }
}
