/** A name and its value, as a line of the inspector. */
export interface Fact {
  readonly name: string
  /** Undefined: not the same on all; `values` says how many there are. */
  readonly value: string | undefined
  readonly values?: number | undefined
  /** The same, exactly. */
  readonly exact?: string | undefined
  /** Typed or copied as it is: an ETag. */
  readonly mono?: boolean | undefined
  /** Said of what is not there. */
  readonly quiet?: boolean | undefined
}
