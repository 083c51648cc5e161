import process from 'node:process'
import type { LogLevel } from '#model/settings.ts'
import { openLogFile, logFolder } from './log-file.ts'
import { createLog, type Log } from './log.ts'

type Method = 'error' | 'warn' | 'info' | 'log' | 'debug'

const LEVELS: Readonly<Record<Method, LogLevel>> = {
  error: 'error',
  warn: 'warning',
  info: 'info',
  log: 'info',
  debug: 'debug',
}

/**
 * The log of this process. What is said on its console stands in it too, and what nobody caught. A terminal, or what
 * keeps a service's output, is told no secret either.
 */
export function openProcessLog(dataDir: string, name: 'window' | 'serve' | 'core'): Log {
  const log = createLog(openLogFile(logFolder(dataDir), name), Date.now)
  for (const method of Object.keys(LEVELS) as Method[]) {
    const say = console[method].bind(console)
    console[method] = (...said: unknown[]) => {
      log.write(LEVELS[method], ...said)
      say(log.words(...said))
    }
  }
  // Hears of it, and changes nothing about what becomes of the process.
  process.on('uncaughtExceptionMonitor', (error, origin) => log.write('error', `${origin}:`, error))
  return log
}
