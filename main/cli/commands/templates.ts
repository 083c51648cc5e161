import { existsSync } from 'node:fs'
import type { Client } from '#contract/client.ts'
import type { JobSpec } from '#model/spec.ts'
import { visibleControls } from '#model/visible.ts'
import type { Template } from '../../jobs/queue/templates.ts'
import { openJobsReadOnly } from '../../jobs/read-only.ts'
import { COMMON_OPTIONS, readArguments, takePositionals } from '../arguments.ts'
import { watchOptions, withDataDir, type EntryContext } from '../context.ts'
import { openSession } from '../session.ts'
import { UsageError } from '../usage.ts'

const TEXT = { type: 'string' } as const
const OPTIONS = { ...COMMON_OPTIONS, save: TEXT, remove: TEXT } as const

/** `decant templates`: lists them; with `--save NAME JOBID` or `--remove NAME` it changes them. */
export async function templates(args: readonly string[], context: EntryContext): Promise<number> {
  const { values, positionals } = readArguments(args, OPTIONS)
  const { save, remove } = values
  if (save !== undefined && remove !== undefined) {
    throw new UsageError('--save and --remove: only one of them at a time')
  }
  if (save === undefined && remove === undefined) {
    takePositionals(positionals)
    return list(withDataDir(context, values).dataDir, values.json === true)
  }
  const { context: place, screen, json } = watchOptions(context, values)
  const session = await openSession(place)
  try {
    if (save !== undefined) {
      const [job] = takePositionals(positionals, 'JOBID')
      const saved = await session.client.call('templates.save', { name: save, job })
      screen.result(json ? JSON.stringify(saved) : `Template "${saved.name}": ${saved.title}`)
    } else if (remove !== undefined) {
      takePositionals(positionals)
      await session.client.call('templates.remove', { id: await templateId(session.client, remove) })
    }
    return 0
  } finally {
    await session.close()
  }
}

function list(dataDir: string, json: boolean): number {
  const all = readTemplates(dataDir)
  for (const template of all) {
    const line = json ? JSON.stringify(template) : `${template.name}\n    ${template.title}`
    process.stdout.write(`${visibleControls(line)}\n`)
  }
  if (all.length === 0 && !json) process.stderr.write(`There are no templates in ${dataDir}.\n`)
  return 0
}

function readTemplates(dataDir: string): readonly Template[] {
  // A directory that nobody has worked in yet has none; reading makes none.
  if (!existsSync(dataDir)) return []
  const reader = openJobsReadOnly(dataDir)
  try {
    return reader.templates()
  } finally {
    reader.close()
  }
}

/** The spec of a template, by its name. */
export async function templateSpec(client: Client, name: string): Promise<JobSpec> {
  return client.call('templates.spec', { id: await templateId(client, name) })
}

async function templateId(client: Client, name: string): Promise<string> {
  const all = await client.call('templates.list', {})
  const found = all.find((template) => template.name === name)
  if (found === undefined)
    throw new UsageError(`There is no template "${name}"; decant templates lists them.`)
  return found.id
}
