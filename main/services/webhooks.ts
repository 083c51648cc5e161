import type { HostPort } from '#contract/host.ts'
import type { Webhook } from '#contract/answers.ts'
import { isoDate } from '#model/dates.ts'
import { DecantError, toFailure } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'
import type { WebhookEvent } from '#model/webhook-event.ts'
import { createWeb } from '../engine/web.ts'
import type { Network } from '../engine/wire/network.ts'
import type { SettingsStore } from './settings.ts'
import { once, tell } from './webhook-call.ts'
import type { Line } from './webhook-call.ts'
import type { LentWebhook } from './webhook-environment.ts'
import { signingSecret } from './webhook-signature.ts'
import { webhookUrl } from './webhook-url.ts'

/** Webhooks by name. Names and hosts are settings; URLs, in which often is a token, and what calls are signed with are the host's secrets. */
export interface Webhooks {
  list(): readonly Webhook[]
  /** One of the same name gets another URL, and another secret, or none. */
  save(name: string, url: string, secret?: string): Promise<Webhook>
  remove(name: string): Promise<void>
  test(name: string, signal: AbortSignal): Promise<{ readonly ok: boolean; readonly detail: string }>
  /** For the memory of this process only: what a command line brought. */
  lend(name: string, known: LentWebhook): void
  /** Refuses (`bad-input`) a name that is neither in the settings nor lent, where the environment has no URL. */
  check(name: string): void
  /** Three tries at most; rejects with a sentence. */
  call(name: string, event: WebhookEvent, signal: AbortSignal): Promise<void>
  close(): void
}

export interface WebhooksOptions {
  readonly host: Pick<HostPort, 'readSecret' | 'writeSecret' | 'removeSecret'>
  readonly settings: SettingsStore
  readonly seams: Seams
  readonly network: () => Network
  /** Counts for a name of which nothing else says what this does. */
  readonly environment?: LentWebhook | undefined
}

/** Milliseconds until a connection stands, and without a byte; a call as a whole has a limit of its own. */
const PATIENCE = { connect: 5000, idle: 10_000 }

export function createWebhooks({ host, settings, seams, network, environment }: WebhooksOptions): Webhooks {
  const web = createWeb({ seams, network, patience: PATIENCE })
  const lent = new Map<string, LentWebhook>()
  const list = (): readonly Webhook[] => settings.current().webhooks
  const isKnown = (name: string): boolean =>
    lent.get(name)?.url !== undefined ||
    environment?.url !== undefined ||
    list().some((one) => one.name === name)
  const find = async (name: string): Promise<Line> => {
    if (!isKnown(name)) throw unknownWebhook(name)
    const line = lineOf(lent.get(name), await kept(host, name), environment)
    if (line.url === undefined) throw lostUrl(name)
    const secret = line.secret === undefined ? undefined : signingSecret(line.secret)
    return { url: webhookUrl(line.url), secret }
  }
  return {
    list,
    async save(name, text, given) {
      const url = webhookUrl(text)
      const secret = given === undefined ? undefined : signingSecret(given)
      await host.writeSecret(secretId(name), {
        webhookUrl: url.href,
        ...(secret !== undefined && { signingSecret: secret }),
      })
      const saved = { name, host: url.host, createdAt: seams.now(), signed: secret !== undefined }
      await settings.update((current) => ({
        ...current,
        webhooks: [...current.webhooks.filter((one) => one.name !== name), saved],
      }))
      return saved
    },
    async remove(name) {
      await settings.update((current) => ({
        ...current,
        webhooks: current.webhooks.filter((one) => one.name !== name),
      }))
      await host.removeSecret(secretId(name))
    },
    async test(name, signal) {
      const line = await find(name)
      try {
        const status = await once({ web, seams }, line, testEvent(seams), signal)
        return { ok: true, detail: `${line.url.host} answered ${status}.` }
      } catch (error) {
        if (signal.aborted) throw error
        return { ok: false, detail: toFailure(error).message }
      }
    },
    lend(name, { url, secret }) {
      lent.set(name, {
        ...(url !== undefined && { url: webhookUrl(url).href }),
        ...(secret !== undefined && { secret: signingSecret(secret) }),
      })
    },
    check(name) {
      if (!isKnown(name)) throw unknownWebhook(name)
    },
    call: async (name, event, signal) => tell({ web, seams }, await find(name), event, signal),
    close: () => web.close(),
  }
}

function testEvent({ now, id }: Seams): WebhookEvent {
  return { v: 1, id: id(), event: 'test', at: isoDate(now()) }
}

/**
 * Where a call goes and what it is signed with, by what was lent, what is kept and the environment, in this order. The
 * first that has a URL says where, and is signed with its own secret; a secret that stands without a URL is meant for
 * whatever URL there is.
 */
export function lineOf(...known: readonly (LentWebhook | undefined)[]): LentWebhook {
  const called = known.find((one) => one?.url !== undefined)
  const bare = known.find((one) => one?.secret !== undefined && one.url === undefined)
  return { url: called?.url, secret: bare?.secret ?? called?.secret }
}

async function kept(host: Pick<HostPort, 'readSecret'>, name: string): Promise<LentWebhook | undefined> {
  const secret = await host.readSecret(secretId(name))
  if (secret === undefined || !('webhookUrl' in secret)) return undefined
  return { url: secret.webhookUrl, secret: secret.signingSecret }
}

/** Beside the connections' ids, which are made by Decant and hold no slash. */
function secretId(name: string): string {
  return `webhook/${name}`
}

function unknownWebhook(name: string): DecantError {
  const message = `webhook: the settings have no webhook named ${JSON.stringify(name)}. Add it there, or leave it out.`
  return new DecantError({ code: 'bad-input', reach: 'item', message, property: 'webhook' })
}

function lostUrl(name: string): DecantError {
  const message = `The URL of the webhook "${name}" is not here any more. Type it in again under Settings, or give it in DECANT_WEBHOOK_URL.`
  return new DecantError({ code: 'credentials-missing', reach: 'item', message, property: 'webhook' })
}
