#!/usr/bin/env node
/**
 * Stands in for fpm, which electron-builder fetches to make a deb or an rpm, on a machine of the tests that cannot
 * fetch it: takes the arguments that electron-builder gives it and makes the package with dpkg-deb or rpmbuild. For
 * tests only; what people install is made by fpm.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'

const ONE = { type: 'string' } as const
const MANY = { type: 'string', multiple: true } as const

const { values, positionals } = parseArgs({
  allowPositionals: true,
  strict: true,
  options: {
    force: { type: 'boolean' },
    s: { type: 'string', short: 's' },
    type: { type: 'string', short: 't' },
    depends: { type: 'string', multiple: true, short: 'd' },
    'deb-recommends': MANY,
    'deb-compression': ONE,
    'deb-priority': ONE,
    'rpm-compression': ONE,
    'rpm-summary': ONE,
    'rpm-os': ONE,
    architecture: ONE,
    'after-install': ONE,
    'after-remove': ONE,
    description: ONE,
    version: ONE,
    package: ONE,
    name: ONE,
    maintainer: ONE,
    vendor: ONE,
    url: ONE,
    category: ONE,
    license: ONE,
  },
})

/** Nobody downloads it: whatever compression was asked for, minutes of xz would test nothing. */
const QUICKLY = ['-Zgzip', '-z1']

const staged = mkdtempSync(path.join(tmpdir(), 'decant-package-'))
try {
  const root = path.join(staged, 'root')
  for (const mapping of positionals) stage(root, mapping)
  if (values.type === 'deb') deb(root)
  else if (values.type === 'rpm') rpm(root)
  else throw new Error(`-t: must be deb or rpm, not ${JSON.stringify(values.type)}`)
} finally {
  rmSync(staged, { recursive: true, force: true })
}

/** `from=/to`, or the content of a folder with `from/=/to`. */
function stage(root: string, mapping: string): void {
  const [from = '', to = ''] = mapping.split('=')
  const target = path.join(root, to)
  mkdirSync(path.dirname(target), { recursive: true })
  cpSync(from, target, { recursive: true, verbatimSymlinks: true })
}

function deb(root: string): void {
  const control = path.join(root, 'DEBIAN')
  mkdirSync(control)
  const fields = {
    Package: values.name,
    Version: values.version,
    License: values.license,
    Vendor: values.vendor,
    Architecture: values.architecture,
    Maintainer: values.maintainer,
    Depends: values.depends?.join(', '),
    Recommends: values['deb-recommends']?.join(', '),
    Section: values.category ?? 'default',
    Priority: values['deb-priority'],
    Homepage: values.url,
    Description: values.description,
  }
  const lines = Object.entries(fields).flatMap(([name, value]) => (value ? [`${name}: ${value}\n`] : []))
  writeFileSync(path.join(control, 'control'), lines.join(''))
  script(values['after-install'], path.join(control, 'postinst'))
  script(values['after-remove'], path.join(control, 'postrm'))
  execFileSync('dpkg-deb', ['--build', '--root-owner-group', ...QUICKLY, root, values.package ?? ''])
}

function script(from: string | undefined, to: string): void {
  if (from === undefined) return
  cpSync(from, to)
  chmodSync(to, 0o755)
}

function rpm(root: string): void {
  const folders = positionals.map((mapping) => mapping.split('=')[1] ?? '')
  const spec = path.join(staged, 'package.spec')
  const depends = values.depends?.map((name) => `Requires: ${name}\n`).join('') ?? ''
  writeFileSync(
    spec,
    `Name: ${values.name}\nVersion: ${values.version}\nRelease: 1\n` +
      `Summary: ${values['rpm-summary'] ?? values.name}\nLicense: ${values.license}\n` +
      `Vendor: ${values.vendor}\nURL: ${values.url}\nAutoReqProv: no\n${depends}` +
      `%description\n${values.description}\n` +
      `%install\ncp -a ${root}/. %{buildroot}\n` +
      `%post\n${text(values['after-install'])}\n%postun\n${text(values['after-remove'])}\n` +
      `%files\n%defattr(-,root,root)\n${folders.map((folder) => `"${folder}"\n`).join('')}`,
  )
  const defines = [
    `_topdir ${path.join(staged, 'rpm')}`,
    '_build_id_links none',
    '__os_install_post %{nil}',
    'debug_package %{nil}',
    '_binary_payload w1.gzdio',
    `_rpmdir ${path.join(staged, 'made')}`,
    '_build_name_fmt made.rpm',
  ]
  execFileSync('rpmbuild', [
    '-bb',
    `--target=${values.architecture}`,
    ...defines.flatMap((define) => ['--define', define]),
    spec,
  ])
  cpSync(path.join(staged, 'made', 'made.rpm'), values.package ?? '')
}

/** A spec expands per cents. */
function text(file: string | undefined): string {
  return file === undefined ? '' : readFileSync(file, 'utf8').replaceAll('%', '%%')
}
