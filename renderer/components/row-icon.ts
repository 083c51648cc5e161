import File from '@lucide/svelte/icons/file'
import FileText from '@lucide/svelte/icons/file-text'
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

export type RowShape = 'connection' | 'bucket' | 'folder' | 'archived' | 'text' | 'image' | 'file'

export const ROW_GLYPHS: Readonly<Record<RowShape, Glyph>> = {
  connection: Plug,
  bucket: BucketGlyph,
  folder: Folder,
  archived: Snowflake,
  text: FileText,
  image: Image,
  file: File,
}

/** What kind of thing a row is, by its shape: an archived object wears the snowflake whatever its name says. */
export function rowShape(row: Row): RowShape {
  if (row.kind === 'prefix') return 'folder'
  if (row.kind !== 'object') return row.kind
  if (isArchived(row.storageClass ?? '')) return 'archived'
  if (TEXT.test(row.name)) return 'text'
  return IMAGE.test(row.name) ? 'image' : 'file'
}

export function rowIcon(row: Row): Glyph {
  return ROW_GLYPHS[rowShape(row)]
}
