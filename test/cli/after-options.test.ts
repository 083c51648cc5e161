import { expect, it } from 'vitest'
import { LOCAL_CONNECTION } from '#model/local.ts'
import { afterOptions } from '../../main/cli/after-options.ts'
import { machineWith } from './machines.ts'

const AROUND = { env: {}, profileFacts: () => undefined, machine: machineWith({ '/home/mia/out': 'folder' }) }

it.each([
  [{}, undefined, undefined],
  [{ webhook: 'team' }, undefined, 'team'],
  [{ 'report-to': 's3://b/p' }, { formats: ['csv'], to: { bucket: 'b', prefix: 'p/' } }, undefined],
  [
    { 'report-to': 's3://b', report: ['html', 'json', 'html'] },
    { formats: ['html', 'json'], to: { bucket: 'b', prefix: '' } },
    undefined,
  ],
  [
    { 'report-to': './out/2026/' },
    { formats: ['csv'], to: { connection: LOCAL_CONNECTION, bucket: '/home/mia/out', prefix: '2026/' } },
    undefined,
  ],
])('%j', (options, report, webhook) => {
  const made = afterOptions(options, AROUND)
  if (report === undefined) expect(made.report).toBeUndefined()
  else expect(made.report).toMatchObject(report)
  expect(made.webhook).toBe(webhook)
})

it('says what is wrong', () => {
  expect(() => afterOptions({ 'report-to': 's3://b/', report: ['pdf'] }, AROUND)).toThrow(
    '--report: must be one of csv, json, html, not "pdf"',
  )
  expect(() => afterOptions({ report: ['csv'] }, AROUND)).toThrow('--report-to')
})
