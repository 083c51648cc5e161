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

/** What kind of thing a row is, by its shape: an archived object wears the snowflake whatever its name says. */
export function rowIcon(row: Row): Glyph {
  switch (row.kind) {
    case 'connection':
      return Plug
    case 'bucket':
      return BucketGlyph
    case 'prefix':
      return Folder
    case 'object':
      if (isArchived(row.storageClass ?? '')) return Snowflake
      if (TEXT.test(row.name)) return FileText
      return IMAGE.test(row.name) ? Image : File
  }
}
