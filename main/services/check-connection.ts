import type { Connection } from '#model/connection.ts'
import { fail } from '#model/failure.ts'
import { awsProviderOf, isAwsProvider, PROVIDER_FACTS } from '#model/providers.ts'

export const PLAYGROUND_ID = 'playground'

/**
 * What no schema can say of a connection that is to be saved; fails naming the field.
 *
 * | field              | is refused                                                                 |
 * |--------------------|----------------------------------------------------------------------------|
 * | provider           | a second playground, or another store in its place                         |
 * | endpoint           | none, but for AWS; one with a `<…>` that nobody filled in                  |
 * | region             | of AWS: one of another partition than the provider's                       |
 * | credentials        | folders of this computer: they are no store                                |
 * | trustedCertificate | where plain HTTP is spoken, which shows none                               |
 * | places             | a bucket with a `/`: that is where its prefix begins                       |
 */
export function checkConnection(connection: Connection, isNew: boolean): void {
  checkPlayground(connection, isNew)
  if (connection.credentials.kind === 'local') {
    refuse('credentials', 'folders of this computer need no connection')
  }
  checkEndpoint(connection)
  checkPartition(connection)
  for (const [at, { bucket }] of (connection.places ?? []).entries()) {
    if (bucket.includes('/')) {
      refuse(
        `places.${at}.bucket`,
        `must be the name of a bucket, and what is below it goes into the prefix, not ${JSON.stringify(bucket)}`,
      )
    }
  }
}

function checkPlayground({ id, provider, credentials }: Connection, isNew: boolean): void {
  const playground = credentials.kind === 'playground' || provider === 'playground'
  if (playground !== (id === PLAYGROUND_ID)) {
    refuse('provider', 'there is one playground, and it cannot become anything else')
  }
  if (playground && isNew) refuse('id', 'the playground is made by opening it')
}

function checkEndpoint({ provider, endpoint, trustedCertificate }: Connection): void {
  if (endpoint === undefined) {
    if (provider !== 'playground' && !isAwsProvider(provider)) {
      refuse('endpoint', 'say at which URL this store is; only AWS is found without')
    }
    return
  }
  if (/[<>]|%3c/i.test(endpoint)) refuse('endpoint', 'put your own account or Region in the place of <…>')
  if (trustedCertificate !== undefined && endpoint.startsWith('http:')) {
    refuse('trustedCertificate', 'the endpoint speaks plain HTTP, and shows no certificate')
  }
}

/** Keys and buckets of one partition are not known in another. */
function checkPartition({ provider, region }: Connection): void {
  if (provider !== 'aws' && provider !== 'aws-us-gov' && provider !== 'aws-cn') return
  const partition = awsProviderOf(region)
  if (partition === provider) return
  const mine = PROVIDER_FACTS[provider].name
  refuse('region', `${region} is a Region of ${PROVIDER_FACTS[partition].name}, and this is ${mine}`)
}

function refuse(field: string, why: string): never {
  fail('bad-input', 'item', `connection.${field}: ${why}`, { property: `connection.${field}` })
}
