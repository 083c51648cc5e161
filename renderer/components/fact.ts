/** A name and its value, as a line of the inspector. */
export interface Fact {
  readonly name: string
  /** Undefined: not the same on all; `values` says how many there are. */
  readonly value: string | undefined
  readonly values?: number | undefined
  /** Not all have it: "4 of 5". */
  readonly on?: string | undefined
  /** The same, exactly. */
  readonly exact?: string | undefined
  /** Typed or copied as it is: an ETag. */
  readonly mono?: boolean | undefined
  /** Said of what is not there. */
  readonly quiet?: boolean | undefined
  /** By what name it is changed: a field's, or `retention`, `legal-hold`, `acl`. Left out, it cannot be. */
  readonly field?: string | undefined
  /** As S3 keeps it, where it is shown otherwise: what is edited. */
  readonly raw?: string | undefined
}
