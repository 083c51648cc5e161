/**
 * The entry of the core process. Its code is loaded after V8's cache was opened, which holds only what is loaded later:
 * a window is there 40 ms of CPU sooner. What its parent sends meanwhile waits in the pipe.
 */
import './compile-cache.ts'
import './file-threads.ts'

void import('./core-process.ts')
