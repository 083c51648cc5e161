import { LOCAL_CONNECTION } from '#model/local.ts'
import { REPORT_FORMATS, type DestinationPlace, type JobFile } from '#model/spec.ts'
import { list, text, type Options } from './arguments.ts'
import { given, target } from './from-to.ts'
import { s3Destination, type Surroundings } from './places.ts'
import { choice } from './values.ts'
import { UsageError } from './usage.ts'

/** What is to be done once the job is over: `--report-to`, `--report`, `--webhook`. */
export function afterOptions(options: Options, around: Surroundings): Pick<JobFile, 'report' | 'webhook'> {
  const to = text(options, 'report-to')
  const formats = list(options, 'report').map((one) => choice('report', one, REPORT_FORMATS))
  const webhook = text(options, 'webhook')
  if (to === undefined && formats.length > 0)
    throw new UsageError('--report: say where it goes as well, with --report-to PLACE')
  return {
    ...(to !== undefined && {
      report: {
        formats: formats.length > 0 ? [...new Set(formats)] : ['csv'],
        to: reportPlace(to, options, around),
      },
    }),
    ...(webhook !== undefined && { webhook }),
  }
}

/** A folder of a bucket, or of this machine, through the connection of DEST where there is one. */
function reportPlace(place: string, options: Options, around: Surroundings): DestinationPlace {
  const { bucket, key, isLocal } = target('--report-to', given('--report-to', place), true, around.machine)
  const prefix = key === '' || key.endsWith('/') ? key : `${key}/`
  if (isLocal) return { connection: LOCAL_CONNECTION, bucket, prefix, requesterPays: false }
  return s3Destination({ bucket, key: prefix }, { requesterPays: false }, options, around)
}
