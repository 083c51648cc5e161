import type { Storage } from '../../main/engine/storage.ts'
import type { WorkContext } from '../../main/engine/work.ts'

/** The same storage, but for some answers of a test's own. */
export function answering(storage: Storage, answers: Partial<Storage>): Storage {
  return new Proxy(storage, {
    get(target, name) {
      if (name in answers) return answers[name as keyof Storage]
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

/** On both sides of the work. */
export function answeringBoth(context: WorkContext, answers: Partial<Storage>): WorkContext {
  const storage = answering(context.source, answers)
  return { ...context, source: storage, destination: storage }
}
