import type { HostPort, PlaygroundAccess } from '#contract/host.ts'
import type { KeptSecret } from '#model/connection.ts'
import type { Log } from './log.ts'

/** The same host, whose secrets the log learns to leave out as soon as this process knows them. */
export function hidingSecrets(host: HostPort, log: Log): HostPort {
  const hide = (secret: KeptSecret | PlaygroundAccess | undefined): void => {
    // An access key id alone opens nothing, and is what one looks for in a log; it is left out by its looks.
    for (const [field, value] of Object.entries(secret ?? {}))
      if (typeof value === 'string' && field !== 'accessKeyId' && field !== 'endpoint') log.hide(value)
  }
  return {
    ...host,
    async readSecret(id) {
      const secret = await host.readSecret(id)
      hide(secret)
      return secret
    },
    async writeSecret(id, secret) {
      hide(secret)
      await host.writeSecret(id, secret)
    },
    async openPlayground() {
      const access = await host.openPlayground()
      hide(access)
      return access
    },
  }
}
