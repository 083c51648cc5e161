import { expect, test } from 'vitest'
import { casesOf, fuzz, TARGETS } from './run.ts'

/** A share of `npm run test:fuzz`, with another seed each day, which stands in the name. */
const SEED = Math.floor(Date.now() / 86_400_000)

test.each(TARGETS.map((target) => [target.name, target] as const))(
  `%s: anything is answered (seed ${SEED})`,
  async (_name, target) => {
    const found = await fuzz(target, casesOf(target, 5000), SEED)
    expect(
      found.ok ||
        `${found.why}\nnpm run test:fuzz -- --seed ${SEED} --target "${target.name}" --path ${found.path}`,
    ).toBe(true)
  },
)
