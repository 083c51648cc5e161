import type { JobDetail } from '#model/job.ts'
import type { Screen } from './screen.ts'
import type { Session } from './session.ts'

/** Milliseconds between two looks. */
const PAUSE = 200

/**
 * Stays until what follows the end of a job is done, or has to wait for another try: its report is where it was ordered
 * to, and its webhook was told. What is still due then is done by the next Decant that works in the data directory.
 */
export async function untilDone(
  { client, lost }: Session,
  id: string,
  screen: Screen,
  signal: AbortSignal,
): Promise<void> {
  let gone = false
  void lost.then(() => (gone = true))
  for (;;) {
    const { delivery, told } = await client.call('jobs.get', { id })
    if (!isUnderWay({ delivery, told }) || signal.aborted || gone) return say(screen, { delivery, told })
    await new Promise((resolve) => setTimeout(resolve, PAUSE))
  }
}

type After = Pick<JobDetail, 'delivery' | 'told'>

function isUnderWay({ delivery, told }: After): boolean {
  return (delivery?.is === 'due' && delivery.failure === undefined) || told?.is === 'due'
}

function say(screen: Screen, { delivery, told }: After): void {
  if (delivery?.is === 'delivered') screen.say(`Report: ${delivery.files.join(', ')}`)
  else if (delivery?.is === 'failed')
    screen.say(`The report could not be delivered. ${delivery.failure.message}`)
  else if (delivery?.failure)
    screen.say(
      `The report is not delivered yet; decant resume --all tries again. ${delivery.failure.message}`,
    )
  if (told?.is === 'failed') screen.say(`The webhook could not be told. ${told.failure.message}`)
}
