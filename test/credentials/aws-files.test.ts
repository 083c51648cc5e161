import { describe, expect, it } from 'vitest'
import { awsFilesOf, profilesOf } from '../../main/credentials/aws-files.ts'

const CONFIG = `
# the one without a name
[default]
region = eu-central-1

[profile work]
sso_session = corp
region=eu-west-1 ; near

[profile "two words"]
role_arn = arn:aws:iam::123456789012:role/Reader
source_profile = default

[profile ceph]
endpoint_url = http://127.0.0.1:8000
services = nowhere

[profile local]
services = minio
credential_process = /bin/keys

[services minio]
s3 =
  endpoint_url = https://minio.example:9000
dynamodb =
  endpoint_url = https://other.example

[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
this line says nothing
`
const CREDENTIALS = `[default]
aws_access_key_id = AKIAEXAMPLE
aws_secret_access_key = hush = hush

[ceph]
aws_access_key_id=a
aws_secret_access_key=b
`

describe('the profiles of the AWS files', () => {
  it.each([
    ['default', 'keys', 'eu-central-1', undefined],
    ['work', 'sso', 'eu-west-1', undefined],
    ['two words', 'role', undefined, undefined],
    ['ceph', 'keys', undefined, 'http://127.0.0.1:8000'],
    ['local', 'process', undefined, 'https://minio.example:9000'],
  ])('%s: %s', (name, kind, region, endpoint) => {
    const found = profilesOf(awsFilesOf(CONFIG, CREDENTIALS)).find((profile) => profile.name === name)
    expect(found).toEqual({ name, kind, region, endpoint })
  })

  it('are those and no others, and hold no secret', () => {
    const profiles = profilesOf(awsFilesOf(CONFIG, CREDENTIALS))
    expect(profiles.map(({ name }) => name)).toEqual(['default', 'work', 'two words', 'ceph', 'local'])
    expect(JSON.stringify(profiles)).not.toContain('hush')
  })

  it('are none where there are no files', () => {
    expect(profilesOf(awsFilesOf('', ''))).toEqual([])
  })
})
