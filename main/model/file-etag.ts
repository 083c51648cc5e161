/**
 * What stands for the ETag of a file of this machine: whoever writes a file changes it, and nothing has to be read to
 * know it. No digest, and unlike any of S3's; its end is no `-N`, by which parts are counted.
 */
export interface FileIdentity {
  /** Bytes. */
  readonly size: bigint
  /** Of the last write, nanoseconds since the epoch. */
  readonly mtimeNs: bigint
  readonly ino: bigint
}

const FILE_ETAG = /^file\.[0-9a-z-]+\.[0-9a-z]+\.[0-9a-z]+$/

export function fileEtag({ size, mtimeNs, ino }: FileIdentity): string {
  return `file.${mtimeNs.toString(36)}.${size.toString(36)}.${ino.toString(36)}`
}

/** Folders are told apart by name alone: what is put into one does not make it another. */
export const FOLDER_ETAG = 'file.folder.0.0'

/** It says which file was meant, and nothing of its bytes. */
export function isFileEtag(etag: string): boolean {
  return FILE_ETAG.test(etag)
}
