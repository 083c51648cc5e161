import type { VersionSummary } from '#model/object.ts'
import type { RewindSpec } from '#model/spec.ts'

export type Rewound =
  | { readonly do: 'nothing' }
  /** These delete markers are removed, and `version` is current again. */
  | { readonly do: 'uncover'; readonly markers: readonly VersionSummary[]; readonly version: VersionSummary }
  /** `version` is copied on top of `over`, what is current now; without it a delete marker is. */
  | { readonly do: 'copy'; readonly version: VersionSummary; readonly over: VersionSummary | undefined }
  /** A delete marker is put on top of `current`. */
  | { readonly do: 'delete'; readonly current: VersionSummary }

const NOTHING: Rewound = { do: 'nothing' }

/**
 * What brings one key back. `versions`: all of it, newest first as S3 lists them. No version of an object is deleted.
 *
 * | `to`       | was current then          | above it now            | is current now | is done           |
 * |------------|---------------------------|-------------------------|----------------|-------------------|
 * | `as-of`    | an object                 | nothing                 | it             | nothing           |
 * | `as-of`    | an object                 | delete markers only     | a marker       | uncover           |
 * | `as-of`    | an object                 | anything else           | any            | copy              |
 * | `as-of`    | a delete marker, or no key| any                     | a marker       | nothing           |
 * | `as-of`    | a delete marker, or no key| any                     | an object      | `later`: nothing, or delete |
 * | `undelete` |                           |                         | an object      | nothing           |
 * | `undelete` |                           | delete markers only     | a marker       | uncover           |
 * | `undelete` | no object at all          |                         | a marker       | nothing           |
 *
 * Of `undelete`, what is uncovered is the newest object. What was current then is the newest version that is not
 * younger than the moment; S3 keeps whole seconds.
 */
export function decideRewind(versions: readonly VersionSummary[], to: RewindSpec['to']): Rewound {
  const [top] = versions
  if (top === undefined) return NOTHING
  if (to.is === 'undelete') {
    const at = versions.findIndex(({ isDeleteMarker }) => !isDeleteMarker)
    return at < 1 ? NOTHING : uncover(versions, at)
  }
  const at = versions.findIndex(({ lastModified }) => lastModified <= to.at)
  const then = versions[at]
  if (then === undefined || then.isDeleteMarker) {
    return top.isDeleteMarker || to.later === 'keep' ? NOTHING : { do: 'delete', current: top }
  }
  if (at === 0) return NOTHING
  if (versions.slice(0, at).every(({ isDeleteMarker }) => isDeleteMarker)) return uncover(versions, at)
  return { do: 'copy', version: then, over: top.isDeleteMarker ? undefined : top }
}

function uncover(versions: readonly VersionSummary[], at: number): Rewound {
  const version = versions[at]
  return version === undefined ? NOTHING : { do: 'uncover', markers: versions.slice(0, at), version }
}
