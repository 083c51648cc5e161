import { z } from 'zod'
import { connectionRef, credentialSource, endpointConfig } from './connection.ts'
import { fieldRules } from './field-rules.ts'
import { filter, keyPattern } from './filter.ts'
import { manifestAt, manifestSource } from './manifest.ts'
import { nameRule } from './names.ts'
import { budget } from './orders.ts'
import { encryptionToSet, grant, someProperties } from './properties.ts'
import {
  archivePolicy,
  conflictPolicy,
  destinationPlace,
  jobSpec,
  propertyRule,
  purgeRule,
  selection,
  sourcePlace,
  verifyLevel,
  versionChoice,
} from './spec.ts'

/** The parts of a job file that have a name, and what each is, as an editor shows it. */
const PARTS: readonly (readonly [schema: z.ZodType, id: string, description: string])[] = [
  [
    sourcePlace,
    'source',
    'Where objects come from: what is selected of a bucket, or of a folder of this machine.',
  ],
  [destinationPlace, 'destination', 'Where objects go: a prefix of a bucket, or a folder of this machine.'],
  [
    connectionRef,
    'connection',
    'A connection of Decant, by its id, with what is needed to know it elsewhere. Never a secret.',
  ],
  [endpointConfig, 'endpoint', 'How a store is reached; without an endpoint it is AWS.'],
  [credentialSource, 'credentials', 'Where the keys come from. The keys themselves are never in a job file.'],
  [selection, 'selection', 'Everything under a prefix, or one object.'],
  [
    versionChoice,
    'versions',
    'The current versions, all of them (oldest first), or what was current at a moment.',
  ],
  [filter, 'filter', 'Which objects are meant: everything that is given must hold.'],
  [keyPattern, 'pattern', 'A glob (* within a name, ** over slashes), or a regular expression.'],
  [nameRule, 'name-rule', 'How keys change on the way, applied in order.'],
  [
    manifestSource,
    'manifest',
    'Keys from a manifest instead of from a listing; each row belongs to the source with its bucket.',
  ],
  [manifestAt, 'manifest-at', 'A file of this machine, or an object.'],
  [budget, 'budget', 'The job pauses before it goes beyond either.'],
  [conflictPolicy, 'conflict', 'What happens where the key exists at the destination.'],
  [
    verifyLevel,
    'verify',
    'How a copy is checked: by its own answer, by a HEAD, or in full (tags, ACL and lock too).',
  ],
  [archivePolicy, 'archived', 'What becomes of archived objects: named and left, or restored first.'],
  [propertyRule, 'rule', 'Options for the objects that a filter takes; the later over the earlier.'],
  [someProperties, 'properties', 'What becomes of each property: copy, set, change or drop.'],
  [encryptionToSet, 'encryption', 'Server-side encryption to ask for; keys are named, never written here.'],
  [grant, 'grant', 'Who is let in, and to what.'],
  [purgeRule, 'purge', 'Which older versions go, for good: all that is given must hold.'],
  [fieldRules, 'field-rules', 'Rules for headers, metadata and tags, as the metadata grid has them.'],
]

/** What a job file may say, as JSON Schema (2020-12): for editors, and for programs that write job files. */
export function jobFileSchema(): Record<string, unknown> {
  const named = z.registry<{ id: string; title?: string; description: string }>()
  for (const [schema, id, description] of PARTS) named.add(schema, { id, description })
  const { $schema, oneOf, ...rest } = z.toJSONSchema(jobSpec, {
    io: 'input',
    metadata: named,
    unrepresentable: 'any',
    reused: 'ref',
  })
  return {
    $schema,
    $id: 'urn:decant:job:1',
    title: 'Decant job file',
    description: 'A job of Decant: `decant run FILE`, or opened in its window. Version 1.',
    oneOf: (oneOf ?? []).map(withSchemaName),
    ...rest,
  }
}

/** A file may name its own schema, as editors want it. */
function withSchemaName(kind: Record<string, unknown>): Record<string, unknown> {
  return { ...kind, properties: { $schema: { type: 'string' }, ...(kind['properties'] as object) } }
}
