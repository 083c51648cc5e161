// A core that has no jobs: it speaks the pipe, so that serve can be tested by itself.
import type { FromCore, ToCore } from '#contract/transport.ts'

const send = (message: FromCore): void => void process.send?.(message)

process.on('message', (message: ToCore) => {
  if (message.type === 'start') send({ type: 'started', reply: { ok: true, value: { pid: process.pid } } })
  if (message.type === 'stop') process.exit(0)
  if (message.type === 'host-reply') send({ type: 'reply', call: message.call, reply: message.reply })
  if (message.type !== 'invoke') return
  const { call, method, input } = message
  switch (method) {
    case 'jobs.report':
      return send({ type: 'host-call', call, method: 'deliverFile', input: [input] })
    case 'jobs.list':
      send({ type: 'event', event: { topic: 'jobs.changed', payload: { jobs: [], removed: ['a'] } } })
      return send({ type: 'reply', call, reply: { ok: true, value: { method, input } } })
    case 'connections.list':
      // What was true is said, and then that it is so no more.
      send({ type: 'reply', call, reply: { ok: true, value: input } })
      return send({ type: 'event', event: { topic: 'jobs.changed', payload: { jobs: [], removed: [call] } } })
    case 'app.info':
      process.exit(1)
  }
})
process.on('disconnect', () => process.exit(0))
