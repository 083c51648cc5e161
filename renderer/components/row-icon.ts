import File from '@lucide/svelte/icons/file'
import FileClock from '@lucide/svelte/icons/file-clock'
import FileText from '@lucide/svelte/icons/file-text'
import FileX from '@lucide/svelte/icons/file-x-corner'
import Folder from '@lucide/svelte/icons/folder'
import Image from '@lucide/svelte/icons/image'
import Plug from '@lucide/svelte/icons/plug'
import Snowflake from '@lucide/svelte/icons/snowflake'
import { isArchived } from '#model/object.ts'
import type { Row } from '../state/rows.ts'
import type { Glyph } from '../ui/glyph.ts'
import BucketGlyph from '../ui/glyphs/BucketGlyph.svelte'

const TEXT = /\.(txt|md|csv|tsv|json|ndjson|xml|html?|ya?ml|log|css|js|ts|sql|ini|toml)$/i
const IMAGE = /\.(png|jpe?g|gif|tiff?|webp|svg|avif|heic|bmp|ico|psd)$/i

export type RowShape =
  'connection' | 'bucket' | 'folder' | 'archived' | 'text' | 'image' | 'file' | 'older' | 'marker'

export const ROW_GLYPHS: Readonly<Record<RowShape, Glyph>> = {
  connection: Plug,
  bucket: BucketGlyph,
  folder: Folder,
  archived: Snowflake,
  text: FileText,
  image: Image,
  file: File,
  older: FileClock,
  marker: FileX,
}

/** What kind of thing a row is, by its shape: a delete marker is none; an archived object wears the snowflake whatever its name says. */
export function rowShape(row: Row): RowShape {
  if (row.kind === 'prefix') return 'folder'
  const version = row.kind === 'version' ? row.version?.is : undefined
  if (version === 'marker' || version === 'old-marker') return 'marker'
  if (version === 'noncurrent' && !isArchived(row.storageClass ?? '')) return 'older'
  if (row.kind !== 'object' && row.kind !== 'version') return row.kind
  if (isArchived(row.storageClass ?? '')) return 'archived'
  if (TEXT.test(row.name)) return 'text'
  return IMAGE.test(row.name) ? 'image' : 'file'
}

export function rowIcon(row: Row): Glyph {
  return ROW_GLYPHS[rowShape(row)]
}
