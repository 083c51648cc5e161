import { z } from 'zod'

// zod compiles its schemas by `new Function`, which the content security policy forbids. Imported before any schema.
z.config({ jitless: true })
