/** Programs that ask for the addresses of names: nslookup and getent. */
import type { Program } from './program.ts'

/** Where the cluster's DNS answers, as kubeadm lays it out. */
const dnsServer = '10.96.0.10'

const nslookup: Program = ({ args, room, stdout }) => {
  const [host] = args.filter((word) => !word.startsWith('-'))
  stdout(`Server:\t\t${dnsServer}\nAddress:\t${dnsServer}:53\n\n`)
  if (host === undefined) return 1
  const { name, addresses } = room.resolve(host)
  if (addresses.length === 0) {
    stdout(`** server can't find ${name}: NXDOMAIN\n\n`)
    return 1
  }
  for (const address of addresses) stdout(`Name:\t${name}\nAddress: ${address}\n`)
  stdout('\n')
  return 0
}

const getent: Program = ({ args, room, stdout, stderr }) => {
  const [database, ...hosts] = args
  if (database === undefined || !['hosts', 'ahosts', 'ahostsv4'].includes(database)) {
    stderr(`Unknown database: ${database ?? ''}\nTry \`getent --help' for more information.\n`)
    return 1
  }
  let code = 0
  for (const host of hosts) {
    const { name, addresses } = room.resolve(host)
    if (addresses.length === 0) code = 2
    for (const address of addresses) stdout(`${address.padEnd(15)} ${name}\n`)
  }
  return code
}

/** By name. */
export const namePrograms = { getent, nslookup }
