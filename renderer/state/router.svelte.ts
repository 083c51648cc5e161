import type { Place } from '#model/settings.ts'

/** What the window shows in its middle. */
export type Route =
  | { readonly screen: 'browse' }
  | { readonly screen: 'jobs' }
  | { readonly screen: 'job'; readonly id: string }
  /** `edit`: a connection's id, or `new` for an empty form. */
  | { readonly screen: 'connections'; readonly edit?: string | undefined }
  | { readonly screen: 'settings' }
  /** A metadata grid, by its id. */
  | { readonly screen: 'metadata'; readonly id: string }

export type Screen = Route['screen']

/** What lies over the window; one at a time. */
export type Overlay =
  | { readonly is: 'palette' }
  | { readonly is: 'keys' }
  | { readonly is: 'rename'; readonly side: 'left' | 'right' }
  | { readonly is: 'new-folder'; readonly side: 'left' | 'right' }
  | { readonly is: 'new-bucket'; readonly connection: string }
  | { readonly is: 'delete-bucket'; readonly place: Place }
  | { readonly is: 'usage'; readonly place: Place }
  | { readonly is: 'uploads'; readonly place: Place }
  /** A link to an object, or to a version of it. */
  | {
      readonly is: 'presign'
      readonly place: Place
      readonly key: string
      readonly versionId: string | undefined
    }
  /** A customer key for the key ring. */
  | { readonly is: 'add-key' }
  /** A job as commands of another tool. */
  | { readonly is: 'command'; readonly job: string }
  /** What other tools of this machine know. */
  | { readonly is: 'import' }

export class Router {
  /** The screens that this window has. */
  screens = $state.raw<readonly string[]>(['browse'])
  route = $state.raw<Route>({ screen: 'browse' })
  overlay = $state.raw<Overlay>()

  has(screen: Screen): boolean {
    return this.screens.includes(screen)
  }

  go(route: Route): void {
    this.route = route
    this.overlay = undefined
  }

  open(overlay: Overlay): void {
    this.overlay = overlay
  }

  close(): void {
    this.overlay = undefined
  }
}
