import { render } from '@testing-library/svelte'
import type { Component } from 'svelte'
import type { App } from '../../../renderer/state/app.svelte.ts'
import InApp from './InApp.svelte'

/** Renders a view as the window does: with the app in its context. */
export function renderInApp(view: Component, app: App) {
  return render(InApp, { props: { view, app } })
}
