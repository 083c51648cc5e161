import type { Client } from '#contract/client.ts'
import type { Events, Topic } from '#contract/events.ts'
import type { Input, MethodName, Output } from '#contract/methods.ts'

type Answers = {
  readonly [M in MethodName]?: (
    input: Input<M>,
    signal: AbortSignal | undefined,
  ) => Output<M> | Promise<Output<M>>
}

/** A client that answers from a table, remembers what was asked, and tells events when told to. */
export function fakeClient(answers: Answers) {
  const asked: { method: MethodName; input: unknown }[] = []
  const listeners = new Set<(topic: Topic, payload: unknown) => void>()
  const client: Client = {
    async call(method, input, options) {
      asked.push({ method, input })
      const answer = answers[method]
      if (answer === undefined) throw new Error(`The test has no answer for ${method}`)
      return answer(input, options?.signal)
    },
    on(topic, listener) {
      const heard = (told: Topic, payload: unknown): void => {
        if (told === topic) listener(payload as Events[typeof topic])
      }
      listeners.add(heard)
      return () => listeners.delete(heard)
    },
  }
  const tell = <T extends Topic>(topic: T, payload: Events[T]): void =>
    listeners.forEach((listener) => listener(topic, payload))
  return { client, asked, tell }
}

/** A promise and the two ends that settle it. */
export function deferred<Value>() {
  return Promise.withResolvers<Value>()
}
