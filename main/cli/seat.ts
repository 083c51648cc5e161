import { DecantError } from '#model/failure.ts'
import { openSession, type CliContext, type Session } from './session.ts'

/** Where a command sits: with the process that owns the data directory, and with the next one once that is gone. */
export interface Seat {
  readonly session: Session
  /** For what may be asked twice: asks whoever owns the directory then, where the owner goes before it has answered. */
  ask<Answer>(question: (session: Session) => Promise<Answer>): Promise<Answer>
  /** Leaves an owner that is gone; where nobody follows it, this process does. */
  renew(): Promise<void>
  close(): Promise<void>
}

export async function takeSeat(context: CliContext): Promise<Seat> {
  let session = await openSession(context)
  const renew = async (): Promise<void> => {
    await session.close()
    session = await openSession(context)
  }
  return {
    get session() {
      return session
    },
    async ask(question) {
      for (;;) {
        try {
          return await question(session)
        } catch (error) {
          if (session.kind === 'own' || !isGone(error)) throw error
          await renew()
        }
      }
    },
    renew,
    close: () => session.close(),
  }
}

/** The owner ended, in whatever way, with the question unanswered. */
export function isGone(error: unknown): boolean {
  return error instanceof DecantError && error.failure.code === 'core-lost'
}
