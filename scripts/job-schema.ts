/** Writes the JSON Schema of job files to resources/job.schema.json: `node scripts/job-schema.ts`. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { jobFileSchema } from '../main/model/job-schema.ts'

const file = path.resolve(import.meta.dirname, '../resources/job.schema.json')
writeFileSync(file, `${JSON.stringify(jobFileSchema(), null, 2)}\n`)
console.log(`${path.relative(process.cwd(), file)} is as the code has it.`)
