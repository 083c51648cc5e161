import type { HostPort } from '#contract/host.ts'
import type { Webhook } from '#contract/methods.ts'
import { isoDate } from '#model/dates.ts'
import { DecantError, toFailure } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'
import type { WebhookEvent } from '#model/webhook-event.ts'
import { createWeb } from '../engine/web.ts'
import type { Network } from '../engine/wire/network.ts'
import type { SettingsStore } from './settings.ts'
import { once, tell } from './webhook-call.ts'
import { webhookUrl } from './webhook-url.ts'

/** Webhooks by name. Names and hosts are settings, URLs are the host's secrets: often the token is in them. */
export interface Webhooks {
  list(): readonly Webhook[]
  /** One of the same name gets another URL. */
  save(name: string, url: string): Promise<Webhook>
  remove(name: string): Promise<void>
  test(name: string, signal: AbortSignal): Promise<{ readonly ok: boolean; readonly detail: string }>
  /** For the memory of this process only: what a command line brought. */
  lend(name: string, url: string): void
  /** Refuses (`bad-input`) a name that is neither in the settings nor lent. */
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
}

/** Milliseconds until a connection stands, and without a byte; a call as a whole has a limit of its own. */
const PATIENCE = { connect: 5000, idle: 10_000 }

export function createWebhooks({ host, settings, seams, network }: WebhooksOptions): Webhooks {
  const web = createWeb({ seams, network, patience: PATIENCE })
  const lent = new Map<string, string>()
  const list = (): readonly Webhook[] => settings.current().webhooks
  const isKnown = (name: string): boolean => lent.has(name) || list().some((one) => one.name === name)
  const find = async (name: string): Promise<URL> => {
    if (!isKnown(name)) throw unknownWebhook(name)
    const kept = lent.get(name) ?? (await keptUrl(host, name))
    if (kept === undefined) throw lostUrl(name)
    return webhookUrl(kept)
  }
  return {
    list,
    async save(name, text) {
      const url = webhookUrl(text)
      await host.writeSecret(secretId(name), { webhookUrl: url.href })
      const saved = { name, host: url.host, createdAt: seams.now() }
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
      const url = await find(name)
      try {
        const status = await once({ web, seams }, url, testEvent(seams.now()), signal)
        return { ok: true, detail: `${url.host} answered ${status}.` }
      } catch (error) {
        if (signal.aborted) throw error
        return { ok: false, detail: toFailure(error).message }
      }
    },
    lend: (name, url) => void lent.set(name, webhookUrl(url).href),
    check(name) {
      if (!isKnown(name)) throw unknownWebhook(name)
    },
    call: async (name, event, signal) => tell({ web, seams }, await find(name), event, signal),
    close: () => web.close(),
  }
}

function testEvent(now: number): WebhookEvent {
  return { v: 1, event: 'test', at: isoDate(now) }
}

async function keptUrl(host: Pick<HostPort, 'readSecret'>, name: string): Promise<string | undefined> {
  const secret = await host.readSecret(secretId(name))
  return secret !== undefined && 'webhookUrl' in secret ? secret.webhookUrl : undefined
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
