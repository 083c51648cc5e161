import fc from 'fast-check'
import { z } from 'zod'

/** Values that a schema takes, values that are almost such, and texts that no reader should trust. */

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }
interface Shape {
  readonly [word: string]: unknown
}

/** Of what JavaScript objects, numbers and texts have gone wrong with before. */
export const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    '',
    [],
    {},
    -1,
    0,
    1.5,
    1e308,
    -0,
    NaN,
    Infinity,
    2 ** 53,
    '__proto__',
  ),
  fc.constantFrom<unknown>(
    '../../x',
    '/etc/passwd',
    'a\0b',
    '\ud800',
    '\u001b[2J',
    '=1+1',
    '<script>',
    '%',
    '%ZZ',
  ),
  fc.constantFrom<unknown>({ constructor: { prototype: { polluted: true } } }, [[[[[[[[[[]]]]]]]]]]),
  fc.constant(0).map(() => JSON.parse('{"__proto__":{"polluted":true},"constructor":1}') as unknown),
  fc.nat(20_000).map((length) => 'x'.repeat(length)),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
)

/** Some values of a zod schema, of which refinements may refuse some. Always the same: making one takes long. */
export function valueOf(schema: z.ZodType, numRuns = 100): fc.Arbitrary<unknown> {
  const shape = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as Shape
  const parts = (shape['$defs'] ?? {}) as Readonly<Record<string, Shape>>
  return fc.constantFrom(...fc.sample(ofShape(shape, parts, 6), { numRuns, seed: 1 }))
}

function ofShape(shape: Shape, parts: Readonly<Record<string, Shape>>, depth: number): fc.Arbitrary<unknown> {
  const inner = (one: unknown): fc.Arbitrary<unknown> => ofShape(one as Shape, parts, depth - 1)
  const { $ref, anyOf, oneOf, type } = shape as {
    $ref?: string
    anyOf?: Shape[]
    oneOf?: Shape[]
    type?: string
  }
  if (depth < 0 || typeof shape === 'boolean') return fc.constant(null)
  if ($ref !== undefined) return inner(parts[$ref.split('/').at(-1) ?? ''] ?? {})
  const some = anyOf ?? oneOf
  if (some !== undefined && some.length > 0) return fc.oneof(...some.map(inner))
  if ('const' in shape) return fc.constant(shape['const'])
  if (Array.isArray(shape['enum'])) return fc.constantFrom(...(shape['enum'] as unknown[]))
  switch (type) {
    case 'object':
      return ofObject(shape, inner)
    case 'array':
      return fc.array(inner(shape['items'] ?? {}), {
        maxLength: 3,
        minLength: Math.min(3, Number(shape['minItems'] ?? 0)),
      })
    case 'string':
      return ofString(shape)
    case 'integer':
    case 'number': {
      const [low, high] = [-1000, 2 ** 40]
      const max = Math.min(Number(shape['maximum'] ?? high), high)
      const min = Math.max(Number(shape['minimum'] ?? shape['exclusiveMinimum'] ?? low), low)
      return fc.integer({ min: Math.min(Math.ceil(min), Math.floor(max)), max: Math.floor(max) })
    }
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return fc.jsonValue({ maxDepth: 1 })
  }
}

function ofObject(shape: Shape, inner: (one: unknown) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const properties = (shape['properties'] ?? {}) as Readonly<Record<string, unknown>>
  const required = (shape['required'] ?? []) as string[]
  const named = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, inner(one)])),
    {
      requiredKeys: required,
    },
  )
  const more = shape['additionalProperties']
  if (typeof more !== 'object' || more === null) return named
  const word = fc.constantFrom('a', 'STANDARD', 'us-east-1', '__proto__', 'constructor', 'x-y')
  return fc
    .tuple(named, fc.dictionary(word, inner(more), { maxKeys: 3 }))
    .map(([one, other]) => ({ ...other, ...one }))
}

function ofString(shape: Shape): fc.Arbitrary<string> {
  const min = Math.min(Number(shape['minLength'] ?? 0), 40)
  const max = Math.min(Number(shape['maxLength'] ?? 40), 40)
  return fc.oneof(
    fc.constantFrom(
      'a',
      'bucket-name',
      'a/b/',
      'a/b.txt',
      'https://s3.example.com',
      'us-east-1',
      '2026-01-01',
      '*.log',
    ),
    fc.string({ minLength: min, maxLength: Math.max(min, max) }),
    fc.string({ unit: 'grapheme', minLength: min, maxLength: Math.max(min, max) }),
  )
}

/** The value with one place in it exchanged, taken away or doubled. */
export function mutated(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(value, fc.array(fc.nat(1000), { maxLength: 6 }), junk, fc.nat(3))
    .map(([one, way, other, how]) => {
      const copy = structuredClone(one) as Json
      return how === 0 ? one : changedAt(copy, way, other, how)
    })
}

function changedAt(value: Json, way: readonly number[], other: unknown, how: number): unknown {
  const names = typeof value === 'object' && value !== null ? Object.keys(value) : []
  const [first, ...rest] = way
  if (first === undefined || names.length === 0) return other
  const name = names[first % names.length] as string
  const holder = value as Record<string, unknown>
  if (rest.length === 0 && how === 2) delete holder[name]
  else if (rest.length === 0 && how === 3) holder[`${name}x`] = other
  else
    Object.defineProperty(holder, name, {
      value: changedAt(holder[name] as Json, rest, other, how),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  return value
}

/** A text with some of its bytes cut out, exchanged, doubled, or hostile pieces put in. */
export function torn(texts: fc.Arbitrary<string>, pieces: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.constantFrom(...pieces, '\0', '\r', '\n', '"', '\ud800', '\ufeff'),
    fc.string({ unit: 'binary', maxLength: 5 }),
  )
  const cut = fc.tuple(fc.nat(1_000_000), fc.nat(30), piece, fc.constantFrom(0, 1, 1, 1, 40))
  return fc.tuple(texts, fc.array(cut, { maxLength: 4 })).map(([text, cuts]) =>
    cuts.reduce((left, [at, length, put, times]) => {
      const place = left.length === 0 ? 0 : at % left.length
      return left.slice(0, place) + put.repeat(times) + left.slice(place + length)
    }, text),
  )
}

/** One piece very often: what takes longer than its length shows there. */
export function repeated(pieces: readonly string[], most: number): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom(...pieces),
      fc.constantFrom(...pieces),
      fc.nat(most),
      fc.constantFrom('', '!', '"'),
    )
    .map(([one, two, times, end]) => one + two.repeat(times) + end)
}
