/** Those who copy: `decant` as users run it, and the tools that they come from, each with its fastest flags. */
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { repository } from '../../scripts/build-if-needed.ts'
import type { PlaygroundAddress } from '../helpers/playground.ts'
import { has } from './measured.ts'
import type { Command } from './measured.ts'

const CLI = path.join(repository, 'out/main/cli.js')

/** A place as all of them understand it. */
export interface Place {
  readonly bucket: string
  /** Ends in a slash. */
  readonly prefix: string
}

/** One copy of everything below `from` to below `to`. */
export interface CopyTask {
  readonly playground: PlaygroundAddress
  readonly from: Place
  readonly to: Place
  readonly inFlight: number
}

/** A contestant other than Decant. */
export interface Peer {
  readonly name: string
  readonly version: string
  copy(task: CopyTask): Command
}

function keys({ accessKeyId, secretAccessKey }: PlaygroundAddress): NodeJS.ProcessEnv {
  // NODE_OPTIONS of whoever measures must not become part of what is measured.
  const { AWS_CA_BUNDLE: _bundle, NODE_OPTIONS: _options, ...env } = process.env
  return {
    ...env,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
}

/** The built command with its journal in `dataDir`. */
export function decant(playground: PlaygroundAddress, dataDir: string, ...args: readonly string[]): Command {
  const given = ['--endpoint-url', playground.endpoint, '--json', '--data-dir', dataDir]
  return { argv: [CLI, ...args, ...given], env: keys(playground) }
}

/** All jobs that were interrupted: the journal knows where their buckets are. */
export function decantResume(playground: PlaygroundAddress, dataDir: string): Command {
  return { argv: [CLI, 'resume', '--all', '--json', '--data-dir', dataDir], env: keys(playground) }
}

export function decantCopy({ playground, from, to, inFlight }: CopyTask, dataDir: string): Command {
  const options = ['--verify', 'answer', '--concurrency', String(inFlight)]
  return decant(playground, dataDir, 'copy', url(from), url(to), ...options)
}

/** `rclone` with a remote `X:` that is the playground. */
export function rclone(playground: PlaygroundAddress, ...args: readonly string[]): Command {
  const remote = {
    RCLONE_CONFIG_X_TYPE: 's3',
    RCLONE_CONFIG_X_PROVIDER: 'Minio',
    RCLONE_CONFIG_X_ENDPOINT: playground.endpoint,
    RCLONE_CONFIG_X_ACCESS_KEY_ID: playground.accessKeyId,
    RCLONE_CONFIG_X_SECRET_ACCESS_KEY: playground.secretAccessKey,
    // Buckets are owner-enforced, as S3 makes them; left alone it would ask for `private`, which they refuse.
    RCLONE_CONFIG_X_ACL: 'bucket-owner-full-control',
  }
  return { argv: ['rclone', ...args, '-q'], env: { ...keys(playground), ...remote } }
}

/** Everything off that costs it a request or a look that Decant does without. */
const RCLONE_FLAGS = '--fast-list --s3-no-check-bucket --s3-no-head --no-check-dest --use-server-modtime'

const RCLONE: Omit<Peer, 'version'> = {
  name: 'rclone',
  copy: ({ playground, from, to, inFlight }) => {
    const places = [`X:${from.bucket}/${from.prefix}`, `X:${to.bucket}/${to.prefix}`]
    const flags = [
      '--transfers',
      String(inFlight),
      '--checkers',
      String(inFlight),
      ...RCLONE_FLAGS.split(' '),
    ]
    return rclone(playground, 'copy', ...places, ...flags)
  },
}

function awsOf(version: string): Peer {
  // Version 2 asks for tags of its own accord; version 1 does not know the option.
  const fewest = version.startsWith('aws-cli/1.') ? [] : ['--copy-props', 'none']
  return {
    name: 'aws-cli',
    version,
    copy: ({ playground, from, to }) => {
      const options = ['--recursive', '--only-show-errors', ...fewest]
      const argv = ['aws', '--endpoint-url', playground.endpoint, 's3', 'cp', url(from), url(to), ...options]
      return { argv, env: keys(playground) }
    },
  }
}

/** rclone, where it is installed. */
export function findRclone(): Peer | undefined {
  return has('rclone', 'version') ? { ...RCLONE, version: firstLine('rclone', 'version') } : undefined
}

/** aws-cli, where it is installed. */
export function findAws(): Peer | undefined {
  return has('aws') ? awsOf(firstLine('aws', '--version')) : undefined
}

function firstLine(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8' }).split('\n')[0] ?? ''
}

export function url({ bucket, prefix }: Place): string {
  return `s3://${bucket}/${prefix}`
}
