/** What the server did since it started or since the counters were reset. */
export interface CounterValues {
  /** Requests by operation; Unknown for those that name none. */
  readonly requests: Readonly<Record<string, number>>
  /** Answers by HTTP status; reset for connections broken off by a fault. */
  readonly statuses: Readonly<Record<string, number>>
  readonly connectionsOpened: number
  readonly connectionsOpen: number
  readonly mostConnectionsOpen: number
  readonly inFlight: number
  readonly mostInFlight: number
  readonly mutations: number
}

export class Counters {
  #requests: Record<string, number> = {}
  #statuses: Record<string, number> = {}
  #connectionsOpened = 0
  #connectionsOpen = 0
  #mostConnectionsOpen = 0
  #inFlight = 0
  #mostInFlight = 0
  #mutations = 0

  connectionOpened(): void {
    this.#connectionsOpened += 1
    this.#connectionsOpen += 1
    this.#mostConnectionsOpen = Math.max(this.#mostConnectionsOpen, this.#connectionsOpen)
  }

  connectionClosed(): void {
    this.#connectionsOpen -= 1
  }

  requestBegun(): void {
    this.#inFlight += 1
    this.#mostInFlight = Math.max(this.#mostInFlight, this.#inFlight)
  }

  requestEnded(operation: string, status: string): void {
    this.#inFlight -= 1
    this.#requests[operation] = (this.#requests[operation] ?? 0) + 1
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1
  }

  mutated(): void {
    this.#mutations += 1
  }

  values(): CounterValues {
    return {
      requests: { ...this.#requests },
      statuses: { ...this.#statuses },
      connectionsOpened: this.#connectionsOpened,
      connectionsOpen: this.#connectionsOpen,
      mostConnectionsOpen: this.#mostConnectionsOpen,
      inFlight: this.#inFlight,
      mostInFlight: this.#mostInFlight,
      mutations: this.#mutations,
    }
  }

  /** Starts again from what is open and in flight now. */
  reset(): void {
    this.#requests = {}
    this.#statuses = {}
    this.#connectionsOpened = 0
    this.#mostConnectionsOpen = this.#connectionsOpen
    this.#mostInFlight = this.#inFlight
    this.#mutations = 0
  }
}
