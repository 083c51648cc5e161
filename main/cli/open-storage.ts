import { systemSeams } from '#model/seams.ts'
import type { SourcePlace } from '#model/spec.ts'
import { createStorage } from '../engine/open-storage.ts'
import type { Storage } from '../engine/storage.ts'
import { openKeys } from '../services/keys.ts'
import { missingKeys } from '../services/storages.ts'
import { askCode } from './ask-code.ts'

/** A place of the command line, asked by this process itself, whoever owns the data directory. */
export async function withStorage<T>(
  { connection, owner, requesterPays }: Pick<SourcePlace, 'connection' | 'owner' | 'requesterPays'>,
  env: NodeJS.ProcessEnv,
  act: (storage: Storage) => Promise<T>,
): Promise<T> {
  const { config, id } = connection
  const keys = openKeys({ seams: systemSeams, env, askCode })
  const own = (): Promise<never> => missingKeys(id)
  const storage = createStorage({
    config,
    credentials: () => keys.sources.get({ config, scope: id, own }),
    seams: systemSeams,
    environment: env,
    access: { owner, requesterPays },
  })
  try {
    return await act(storage)
  } finally {
    storage.close()
    keys.close()
  }
}
