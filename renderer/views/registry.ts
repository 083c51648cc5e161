import type { Component } from 'svelte'
import type { Screen } from '../state/router.svelte.ts'
import DeleteBucketDialog from './buckets/DeleteBucketDialog.svelte'
import EmptyBucketDialog from './buckets/EmptyBucketDialog.svelte'
import NewBucketDialog from './buckets/NewBucketDialog.svelte'
import PresignDialog from './buckets/PresignDialog.svelte'
import UploadsDialog from './buckets/UploadsDialog.svelte'
import UsageDialog from './buckets/UsageDialog.svelte'
import Connections from './connections/Connections.svelte'
import ImportDialog from './connections/ImportDialog.svelte'
import DeleteDialog from './dialogs/DeleteDialog.svelte'
import AddKeyDialog from './dialogs/AddKeyDialog.svelte'
import NewFolderDialog from './dialogs/NewFolderDialog.svelte'
import RenameDialog from './dialogs/RenameDialog.svelte'
import SignInDialog from './dialogs/SignInDialog.svelte'
import TransferDialog from './dialogs/TransferDialog.svelte'
import UndoDialog from './dialogs/UndoDialog.svelte'
import Job from './job/Job.svelte'
import Jobs from './jobs/Jobs.svelte'
import StartAtDialog from './jobs/StartAtDialog.svelte'
import TemplatesDialog from './jobs/TemplatesDialog.svelte'
import KeyList from './keys/KeyList.svelte'
import CommandDialog from './dialogs/CommandDialog.svelte'
import ManifestDialog from './manifest/ManifestDialog.svelte'
import Metadata from './metadata/Metadata.svelte'
import PlanSheet from './metadata/PlanSheet.svelte'
import PourSheet from './pour/PourSheet.svelte'
import Settings from './settings/Settings.svelte'
import Palette from './shell/Palette.svelte'
import Tour from './tour/Tour.svelte'

/**
 * What fills the middle of the window, by the name of its route, besides the panes that it begins with. What is here is
 * loaded once the window can be used: nobody needs it before.
 */
const screens: Record<Exclude<Screen, 'browse'>, Component> = {
  jobs: Jobs,
  job: Job,
  connections: Connections,
  settings: Settings,
  metadata: Metadata,
}
export const SCREENS: ReadonlyMap<string, Component> = new Map(Object.entries(screens))

/** What may lie over the window. Each is mounted once and shows itself when its state says so. */
export const OVERLAYS: readonly Component[] = [
  Palette,
  RenameDialog,
  NewFolderDialog,
  DeleteDialog,
  NewBucketDialog,
  DeleteBucketDialog,
  EmptyBucketDialog,
  UsageDialog,
  UploadsDialog,
  PresignDialog,
  UndoDialog,
  TransferDialog,
  PourSheet,
  PlanSheet,
  AddKeyDialog,
  KeyList,
  ImportDialog,
  ManifestDialog,
  CommandDialog,
  StartAtDialog,
  TemplatesDialog,
  SignInDialog,
  Tour,
]
