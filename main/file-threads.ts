import process from 'node:process'

/**
 * Calls to the file system that may be under way at once; libuv has four. A download waits for the disk with each file
 * (fsync), and a disk takes many such waits at a time. Counts if it is said before the first of them: imported first.
 */
process.env['UV_THREADPOOL_SIZE'] ??= '16'
