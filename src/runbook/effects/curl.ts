/** curl, by method, data and where it writes (curl.se/docs/manpage.html). */
import { change, destroy, type Judge, type Judgment, read } from './judgment.ts'
import { hasOption, optionValue, type ReadOption, readWords } from './options.ts'

const valued: ReadonlySet<string> = new Set(
  (
    '-A -b -c -C -d -D -e -E -F -H -K -m -o -P -Q -r -t -T -u -U -w -x -X -y -Y -z ' +
    '--abstract-unix-socket --alt-svc --aws-sigv4 --cacert --capath --cert --cert-type --ciphers --config ' +
    '--connect-timeout --connect-to --cookie --cookie-jar --create-file-mode --crlfile --data --data-ascii ' +
    '--data-binary --data-raw --data-urlencode --dns-servers --doh-url --dump-header --etag-compare --etag-save ' +
    '--expect100-timeout --form --form-string --happy-eyeballs-timeout-ms --header --hostpubmd5 --interface --json ' +
    '--keepalive-time --key --key-type --limit-rate --local-port --max-filesize --max-redirs --max-time ' +
    '--noproxy --oauth2-bearer --output --output-dir --parallel-max --pass --pinnedpubkey --preproxy --proto ' +
    '--proto-default --proto-redir --proxy --proxy-header --proxy-user --pubkey --quote --random-file --range --rate ' +
    '--referer --request --request-target --resolve --retry --retry-delay --retry-max-time --service-name --socks5 ' +
    '--socks5-hostname --speed-limit --speed-time --stderr --time-cond --tls-max --tls13-ciphers --trace ' +
    '--trace-ascii --unix-socket --upload-file --url --url-query --user --user-agent --variable --write-out'
  ).split(' '),
)

const body = [
  ...['-d', '--data', '--data-ascii', '--data-binary', '--data-raw', '--data-urlencode'],
  ...['-F', '--form', '--form-string', '--json'],
]
const files = [
  ...['-o', '--output', '-D', '--dump-header', '-c', '--cookie-jar', '--trace', '--trace-ascii', '--stderr'],
  ...['--etag-save', '--hsts', '--alt-svc'],
]
const harmless = ['GET', 'HEAD', 'OPTIONS']

/** A GET that prints is a read. `-X DELETE` destroys; other methods, a body, an upload or a file written change. */
export const judgeCurl: Judge = ({ args }) => {
  if (args.some((arg) => arg.several)) return change("curl's options are not known before it runs")
  const { options } = readWords(args, { valued })
  if (hasOption(options, '-K', '--config')) return change('curl takes its options from a file')
  return methodOf(options) ?? writesOf(options) ?? read('curl reads a URL')
}

function methodOf(options: readonly ReadOption[]): Judgment | undefined {
  const method = optionValue(options, '-X', '--request')
  if (method !== undefined && !method.fixed) return change("curl's method is not known before it runs")
  const name = method?.text.toUpperCase()
  if (name === 'DELETE') return destroy('curl sends DELETE')
  if (name !== undefined && !harmless.includes(name)) return change(`curl sends ${name}`)
  if (hasOption(options, '-T', '--upload-file')) return change('curl uploads a file')
  if (hasOption(options, '-Q', '--quote')) return change('curl sends commands to the server')
  const get = hasOption(options, '-G', '--get') || name === 'GET'
  return hasOption(options, ...body) && !get ? change('curl sends data') : undefined
}

function writesOf(options: readonly ReadOption[]): Judgment | undefined {
  if (hasOption(options, '-O', '--remote-name', '--remote-name-all')) return change('curl writes a file')
  const written = options.find(
    ({ name, value }) =>
      files.includes(name) && !['-', '/dev/null', '/dev/stderr', '/dev/stdout'].includes(value?.text ?? ''),
  )
  return written === undefined ? undefined : change(`curl writes ${written.value?.text ?? 'a file'}`)
}
