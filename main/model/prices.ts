/** A line of an estimate: what is paid for, how much of it, and what that comes to. */
export interface CostLine {
  /** As S3's bill has them. */
  readonly what: 'requests' | 'retrieval' | 'restore' | 'transfer' | 'kms' | 'early-deletion' | 'minimum-size'
  /** In words: "1,204 COPY requests to STANDARD_IA, eu-central-1". */
  readonly words: string
  readonly usd: number
}

/** What storing it costs from then on differs by so much, a month. */
export interface StorageChange {
  readonly words: string
  readonly usdPerMonth: number
}

/** What carrying a plan out takes. As far as it is made. */
export interface Estimate {
  readonly time: EstimatedTime
  readonly cost: EstimatedCost
}

export type EstimatedTime =
  | {
      /** From the pace of the last jobs like it: seconds, and how many jobs that were. */
      readonly is: 'known'
      readonly least: number
      readonly most: number
      readonly jobs: number
      /** `so-far`: the plan is still being made. */
      readonly of: 'plan' | 'so-far'
      /** `apart`: some objects come out of the archive first, and those hours are not in it. */
      readonly restores: 'none' | 'apart'
    }
  /** No job like it was measured. */
  | { readonly is: 'no-pace' }
  | { readonly is: 'nothing-to-do' }

export type EstimatedCost =
  | {
      readonly is: 'known'
      /** `at-most`: some objects may need less. `at-least`: of some nobody can tell. */
      readonly how: 'exact' | 'at-most' | 'at-least'
      readonly usd: number
      readonly lines: readonly CostLine[]
      readonly monthly: readonly StorageChange[]
      /** The day of the prices, YYYY-MM-DD, and whose they are. */
      readonly pricesOf: string
      readonly source: 'built-in' | 'own'
      /** What it leaves out, or takes for granted: sentences. */
      readonly notes: readonly string[]
    }
  /** A sentence: nobody knows the prices of that endpoint. */
  | { readonly is: 'unknown'; readonly why: string }

/** The price file that counts at present. */
export interface PricesView {
  readonly date: string
  readonly source: 'built-in' | 'own'
  /** Where a file of one's own lies, or would lie. */
  readonly path: string
  /** Why the own file does not count: a sentence that names field and value. */
  readonly problem?: string | undefined
}
