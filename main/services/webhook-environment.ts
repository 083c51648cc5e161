/** What a process knows of webhooks without their names: of the command line, or kept only as long as a process lives. */
export interface LentWebhook {
  readonly url?: string | undefined
  readonly secret?: string | undefined
}

/** An environment is for this user alone, and in no list of processes, as arguments are. */
export function webhookOf(env: NodeJS.ProcessEnv): LentWebhook | undefined {
  const url = env['DECANT_WEBHOOK_URL']
  const secret = env['DECANT_WEBHOOK_SECRET']
  if (!url && !secret) return undefined
  return { ...(url && { url }), ...(secret && { secret }) }
}
