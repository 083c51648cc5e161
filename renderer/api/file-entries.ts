/** A file, and the path that it had in what was dropped. */
export interface NamedFile {
  readonly name: string
  readonly file: File
}

/** Every file in what was dropped, folders with all below them. */
export async function collectEntries(
  entries: readonly FileSystemEntry[],
  signal: AbortSignal,
): Promise<readonly NamedFile[]> {
  const found: NamedFile[] = []
  // A list of its own, and no recursion: a tree may be deeper than a stack.
  const left = entries.toReversed()
  for (let entry = left.pop(); entry !== undefined; entry = left.pop()) {
    signal.throwIfAborted()
    const name = entry.fullPath.replace(/^\//, '')
    if (entry.isFile) found.push({ name, file: await fileOf(entry as FileSystemFileEntry) })
    else left.push(...(await childrenOf(entry as FileSystemDirectoryEntry)).reverse())
  }
  return found
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject))
}

/** A browser gives them by the hundred, and an empty list when there are no more. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const children: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (some.length === 0) return children
    children.push(...some)
  }
}
