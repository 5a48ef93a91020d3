/** The files by which tools find the practice world: a kubeconfig, and AWS settings that hold nothing real. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'

export const contextName = 'practice'

export interface WorldFiles {
  /** Readable by this user alone. */
  readonly directory: string
  readonly kubeconfig: string
  readonly awsConfig: string
  readonly awsCredentials: string
  /** Takes the directory away; harmless when it is gone already. */
  readonly remove: () => void
}

/** A kubeconfig with the one context `practice`: its cluster, its namespace, its user's token. */
export function kubeconfig(access: {
  readonly port: number
  readonly caPem: string
  readonly token: string
  readonly namespace: string
}): string {
  const cluster = {
    server: `https://127.0.0.1:${access.port}`,
    'certificate-authority-data': Buffer.from(access.caPem).toString('base64'),
  }
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: contextName, cluster }],
    users: [{ name: contextName, user: { token: access.token } }],
    contexts: [
      {
        name: contextName,
        context: { cluster: contextName, user: contextName, namespace: access.namespace },
      },
    ],
    'current-context': contextName,
  })
}

export interface AwsAccess {
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Writes the files into a new private directory. */
export function writeWorldFiles(access: Parameters<typeof kubeconfig>[0], aws: AwsAccess): WorldFiles {
  const directory = mkdtempSync(join(tmpdir(), 'handrail-world-'))
  const write = (name: string, text: string) => {
    const path = join(directory, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  return {
    directory,
    kubeconfig: write('kubeconfig', kubeconfig(access)),
    awsConfig: write('aws-config', `[profile ${contextName}]\nregion = ${aws.region}\n`),
    awsCredentials: write(
      'aws-credentials',
      `[${contextName}]\naws_access_key_id = ${aws.accessKeyId}\naws_secret_access_key = ${aws.secretAccessKey}\n`,
    ),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}
