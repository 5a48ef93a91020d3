/** Is a tool on the PATH? */
import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

/**
 * The absolute path of a tool, looked up as `execvp` does, or undefined when it isn't there. Directories that are not
 * absolute are passed over: which tool runs must not depend on where a block has moved to.
 * @param path the value of PATH
 * @param except a directory to pass over, under whatever name it is reached
 */
export function which(tool: string, path: string, except?: string): string | undefined {
  const avoided = except === undefined ? undefined : realPath(except)
  for (const directory of path.split(delimiter)) {
    if (!isAbsolute(directory) || (avoided !== undefined && realPath(directory) === avoided)) continue
    const candidate = join(directory, tool)
    if (isExecutableFile(candidate)) return candidate
  }
  return undefined
}

/** Whether the path leads to a file that this user may run. */
export function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
