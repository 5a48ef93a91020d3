/** Keys as plain data, and pastes apart from them. */
import { useInput, usePaste } from 'ink'
import { keysOf } from './keys-of.ts'
import type { Key } from './run-ui.ts'
import { useSuspend } from './use-suspend.ts'

/**
 * Calls `onKeys` for the keys of each read from the terminal, and `onPaste` for each bracketed paste. A slow connection
 * brings several keys in one read. ctrl-z is the terminal's own and never reaches `onKeys`.
 */
export function useKeys(onKeys: (keys: readonly Key[]) => void, onPaste: (text: string) => void): void {
  const suspend = useSuspend()
  useInput((input, key) => {
    const name = nameOf(key)
    const { ctrl } = key
    if (ctrl && input === 'z') return suspend()
    const special = {
      ctrl,
      left: key.leftArrow,
      right: key.rightArrow,
      home: key.home,
      end: key.end,
      // Terminals send DEL for the backspace key, and Ink calls that one delete.
      backspace: key.backspace || key.delete,
    }
    if (name !== undefined || Object.values(special).includes(true)) {
      onKeys([{ input, ...(name === undefined ? {} : { name }), ...special }])
    } else if (key.meta) {
      // Alt with a letter is sent as esc and the letter, and so is esc with a letter right after it.
      onKeys([{ input: '', name: 'escape' }, ...keysOf(input)])
    } else onKeys(keysOf(input))
  })
  usePaste(onPaste)
}

function nameOf(key: Parameters<Parameters<typeof useInput>[0]>[1]): Key['name'] {
  if (key.return) return 'enter'
  if (key.escape) return 'escape'
  if (key.tab) return key.shift ? 'backTab' : 'tab'
  if (key.upArrow) return 'up'
  if (key.downArrow) return 'down'
  if (key.pageUp) return 'pageUp'
  if (key.pageDown) return 'pageDown'
  return undefined
}
