import { DecantError, toFailure } from '#model/failure.ts'
import { isHostMethod, type HostMethod, type HostPort } from './host.ts'
import type { Reply } from './reply.ts'
import type { FromCore, ToCore } from './transport.ts'

export type HostCall = Extract<FromCore, { type: 'host-call' }>
export type HostReply = Extract<ToCore, { type: 'host-reply' }>

/** The core's end: a host port whose calls travel over the pipe. */
export interface RemoteHost {
  readonly port: HostPort
  settle(message: HostReply): void
}

export function remoteHost(send: (message: HostCall) => void): RemoteHost {
  const waiting = new Map<string, { resolve(value: unknown): void; reject(error: unknown): void }>()
  let calls = 0
  const call = <Value>(method: HostMethod, ...input: unknown[]): Promise<Value> =>
    new Promise((resolve, reject) => {
      const id = `${++calls}`
      waiting.set(id, { resolve: (value) => resolve(value as Value), reject })
      send({ type: 'host-call', call: id, method, input })
    })
  const port: HostPort = {
    capabilities: () => call('capabilities'),
    readSecret: (id) => call('readSecret', id),
    writeSecret: (id, credentials) => call('writeSecret', id, credentials),
    removeSecret: (id) => call('removeSecret', id),
    readSettings: () => call('readSettings'),
    setSettingsAside: () => call('setSettingsAside'),
    writeSettings: (settings) => call('writeSettings', settings),
    notify: (notice) => call('notify', notice),
    showProgress: (work) => call('showProgress', work),
    deliverFile: (file) => call('deliverFile', file),
    fileGrants: () => call('fileGrants'),
    choosePaths: (choice) => call('choosePaths', choice),
    revealPath: (path) => call('revealPath', path),
    readReleases: () => call('readReleases'),
    handText: (text) => call('handText', text),
    openPage: (url) => call('openPage', url),
    openFolder: (folder) => call('openFolder', folder),
    openPlayground: () => call('openPlayground'),
  }
  return {
    port,
    settle({ call: id, reply }) {
      const waiter = waiting.get(id)
      waiting.delete(id)
      if (reply.ok) waiter?.resolve(reply.value)
      else waiter?.reject(new DecantError(reply.failure))
    },
  }
}

/** The host's end: carries a call out and answers it, as data in any case. */
export async function answerHostCall(host: HostPort, { call, method, input }: HostCall): Promise<HostReply> {
  return { type: 'host-reply', call, reply: await carryOut(host, method, input) }
}

async function carryOut(host: HostPort, method: string, input: unknown): Promise<Reply> {
  try {
    if (!isHostMethod(method)) throw new Error(`the host has no ${method}`)
    // The caller is our own core, compiled against the same interface.
    const act = host[method] as (...input: unknown[]) => Promise<unknown>
    return { ok: true, value: await act.apply(host, input as unknown[]) }
  } catch (error) {
    return { ok: false, failure: toFailure(error) }
  }
}
