/** Keys as plain data, and pastes apart from them. */
import { useInput, usePaste } from 'ink'
import type { Key } from './run-keys.ts'

/** Calls `onKey` for each key and `onPaste` for each bracketed paste. */
export function useKeys(onKey: (key: Key) => void, onPaste: (text: string) => void): void {
  useInput((input, key) => {
    const name = nameOf(key)
    const { ctrl } = key
    onKey({
      input,
      ...(name === undefined ? {} : { name }),
      ctrl,
      left: key.leftArrow,
      right: key.rightArrow,
      home: key.home,
      end: key.end,
      // Terminals send DEL for the backspace key, and Ink calls that one delete.
      backspace: key.backspace || key.delete,
    })
  })
  usePaste(onPaste)
}

function nameOf(key: Parameters<Parameters<typeof useInput>[0]>[1]): Key['name'] {
  if (key.return) return 'enter'
  if (key.escape) return 'escape'
  if (key.tab) return 'tab'
  if (key.upArrow) return 'up'
  if (key.downArrow) return 'down'
  if (key.pageUp) return 'pageUp'
  if (key.pageDown) return 'pageDown'
  return undefined
}
