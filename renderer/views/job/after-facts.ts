import type { JobDetail } from '#model/job.ts'
import type { Fact } from '../../components/fact.ts'

/** What became of what follows the end of a job; nothing where nothing was ordered. */
export function afterFacts({ delivery, told, spec }: Pick<JobDetail, 'delivery' | 'told' | 'spec'>): Fact[] {
  return [
    ...(delivery === undefined ? [] : reportFacts(delivery)),
    ...(told === undefined ? [] : [{ name: spec.webhook ?? 'Webhook', value: toldWords(told) }]),
  ]
}

function reportFacts(delivery: NonNullable<JobDetail['delivery']>): Fact[] {
  switch (delivery.is) {
    case 'delivered':
      return delivery.files.map((value) => ({ name: 'Report', value }))
    case 'failed':
      return [{ name: 'Report', value: `could not be delivered: ${delivery.failure.message}` }]
    case 'due': {
      const why = delivery.failure === undefined ? '' : ` again: ${delivery.failure.message}`
      return [{ name: 'Report', value: `is being delivered${why}` }]
    }
  }
}

function toldWords(told: NonNullable<JobDetail['told']>): string {
  switch (told.is) {
    case 'told':
      return 'was told'
    case 'failed':
      return `could not be told: ${told.failure.message}`
    case 'due':
      return 'is being told'
  }
}
