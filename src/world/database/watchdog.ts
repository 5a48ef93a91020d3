/** Ends PostgreSQL and deletes its files when this process is gone, however it went: even `kill -9` leaves nothing. */
import { spawn } from 'node:child_process'

/** Reads until this process closes the pipe, then ends whoever left a postmaster.pid below the directory. */
const script = `
cat >/dev/null
for file in "$1"/*/data/postmaster.pid; do
  [ -f "$file" ] && kill -QUIT "$(head -n 1 "$file")"
done
tries=0
while [ $tries -lt 50 ] && ls "$1"/*/data/postmaster.pid; do sleep 0.1; tries=$((tries + 1)); done
rm -rf "$1"
`

/**
 * Watches over the databases below `directory`. Gives what ends the watch, which deletes the directory and resolves
 * when it is gone.
 */
export function watchOver(directory: string): () => Promise<void> {
  const child = spawn('/bin/sh', ['-c', script, 'watchdog', directory], {
    cwd: '/',
    // A group of its own, so that a Ctrl-C in the terminal doesn't take it before its work is done.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const gone = new Promise<void>((resolve) => {
    child.on('exit', () => resolve())
    child.on('error', () => resolve())
  })
  child.stdin.on('error', () => {})
  child.unref()
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref()
  return () => {
    child.ref()
    child.stdin.end()
    return gone
  }
}
