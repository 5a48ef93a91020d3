/** What pods and the templates of workloads have in common: the fields of a pod's spec, their defaults and rules. */
import { z } from 'zod'
import type { Container, PodSpec, PodTemplateSpec } from '../objects.ts'
import type { StatusCause } from '../status.ts'
import { dnsLabel, duplicate, labels, required, unsupported } from '../validation.ts'
import { validateHostPorts, validatePorts, validateResources } from './container-rules.ts'

const strings = z.array(z.string())
const stringMap = z.record(z.string(), z.string())
const intOrString = z.union([z.number(), z.string()])

const keyRef = z.looseObject({
  name: z.string().default(''),
  key: z.string().default(''),
  optional: z.boolean().exactOptional(),
})

const envSchema = z.looseObject({
  name: z.string().default(''),
  value: z.string().exactOptional(),
  valueFrom: z
    .looseObject({
      secretKeyRef: keyRef.exactOptional(),
      configMapKeyRef: keyRef.exactOptional(),
      fieldRef: z
        .looseObject({ apiVersion: z.string().default('v1'), fieldPath: z.string().default('') })
        .exactOptional(),
    })
    .exactOptional(),
})

const sourceRef = z.looseObject({ name: z.string().default(''), optional: z.boolean().exactOptional() })

const probeSchema = z.looseObject({
  httpGet: z
    .looseObject({
      path: z.string().default('/'),
      port: intOrString.default(0),
      scheme: z.string().default('HTTP'),
    })
    .exactOptional(),
  tcpSocket: z.looseObject({ port: intOrString.default(0) }).exactOptional(),
  exec: z.looseObject({ command: strings.exactOptional() }).exactOptional(),
  initialDelaySeconds: z.number().exactOptional(),
  timeoutSeconds: z.number().default(1),
  periodSeconds: z.number().default(10),
  successThreshold: z.number().default(1),
  failureThreshold: z.number().default(3),
})

const quantities = z.record(z.string(), intOrString)

const items = z
  .array(z.looseObject({ key: z.string().default(''), path: z.string().default('') }))
  .exactOptional()

const configMapSource = z.looseObject({
  name: z.string().exactOptional(),
  items,
  optional: z.boolean().exactOptional(),
})

const secretSource = configMapSource.extend({ secretName: z.string().exactOptional() })

const mode = { defaultMode: z.number().default(420) }

const volumeSchema = z.looseObject({
  name: z.string().default(''),
  secret: secretSource.extend(mode).exactOptional(),
  configMap: configMapSource.extend(mode).exactOptional(),
  projected: z
    .looseObject({
      ...mode,
      sources: z
        .array(
          z.looseObject({ secret: secretSource.exactOptional(), configMap: configMapSource.exactOptional() }),
        )
        .exactOptional(),
    })
    .exactOptional(),
})

const handlerSchema = z.looseObject({
  exec: z.looseObject({ command: strings.exactOptional() }).exactOptional(),
  sleep: z.looseObject({ seconds: z.number().default(0) }).exactOptional(),
})

const containerFields = z.looseObject({
  name: z.string().default(''),
  image: z.string().default(''),
  command: strings.exactOptional(),
  args: strings.exactOptional(),
  ports: z
    .array(
      z.looseObject({
        name: z.string().exactOptional(),
        hostPort: z.number().exactOptional(),
        containerPort: z.number().default(0),
        protocol: z.string().default('TCP'),
        hostIP: z.string().exactOptional(),
      }),
    )
    .exactOptional(),
  envFrom: z
    .array(
      z.looseObject({
        prefix: z.string().exactOptional(),
        secretRef: sourceRef.exactOptional(),
        configMapRef: sourceRef.exactOptional(),
      }),
    )
    .exactOptional(),
  env: z.array(envSchema).exactOptional(),
  resources: z
    .looseObject({ limits: quantities.exactOptional(), requests: quantities.exactOptional() })
    .default({}),
  livenessProbe: probeSchema.exactOptional(),
  readinessProbe: probeSchema.exactOptional(),
  startupProbe: probeSchema.exactOptional(),
  terminationMessagePath: z.string().default('/dev/termination-log'),
  terminationMessagePolicy: z.string().default('File'),
  imagePullPolicy: z.string().exactOptional(),
  workingDir: z.string().exactOptional(),
  stdin: z.boolean().exactOptional(),
  stdinOnce: z.boolean().exactOptional(),
  tty: z.boolean().exactOptional(),
  lifecycle: z.looseObject({ preStop: handlerSchema.exactOptional() }).exactOptional(),
  volumeMounts: z
    .array(
      z.looseObject({
        name: z.string().default(''),
        mountPath: z.string().default(''),
        subPath: z.string().exactOptional(),
        readOnly: z.boolean().exactOptional(),
      }),
    )
    .exactOptional(),
  restartPolicy: z.string().exactOptional(),
})

/** Images without a tag, or with `latest`, are pulled each time. */
function pullPolicy(image: string): string {
  const tag = /:([^/@]+)$/.exec(image)?.[1]
  return !image.includes('@') && (tag === undefined || tag === 'latest') ? 'Always' : 'IfNotPresent'
}

const containerSchema = containerFields.transform((container) => ({
  ...container,
  imagePullPolicy: container.imagePullPolicy ?? pullPolicy(container.image),
}))

export const podSpecSchema = z
  .looseObject({
    initContainers: z.array(containerSchema).exactOptional(),
    containers: z.array(containerSchema).default([]),
    restartPolicy: z.string().default('Always'),
    terminationGracePeriodSeconds: z.number().default(30),
    activeDeadlineSeconds: z.number().exactOptional(),
    automountServiceAccountToken: z.boolean().exactOptional(),
    nodeSelector: stringMap.exactOptional(),
    hostname: z.string().exactOptional(),
    volumes: z.array(volumeSchema).exactOptional(),
    dnsPolicy: z.string().default('ClusterFirst'),
    serviceAccountName: z.string().exactOptional(),
    nodeName: z.string().exactOptional(),
    securityContext: z.looseObject({}).default({}),
    schedulerName: z.string().default('default-scheduler'),
  })
  .prefault({})

export const podTemplateSchema = z
  .looseObject({
    metadata: z
      .looseObject({ labels: stringMap.exactOptional(), annotations: stringMap.exactOptional() })
      .default({}),
    spec: podSpecSchema,
  })
  .prefault({})

/** Everything that is wrong with a pod's spec; `field` is where it stands, such as `spec.template.spec`. */
export function validatePodSpec(field: string, spec: PodSpec): readonly StatusCause[] {
  const names = [...(spec.initContainers ?? []), ...spec.containers].map((container) => container.name)
  return [
    ...(spec.containers.length === 0 ? [required(`${field}.containers`)] : []),
    ...(spec.initContainers ?? []).flatMap((container, index) =>
      validateContainer(`${field}.initContainers[${index}]`, container),
    ),
    ...spec.containers.flatMap((container, index) => [
      ...validateContainer(`${field}.containers[${index}]`, container),
      ...(container.name !== '' &&
      names.indexOf(container.name) < names.lastIndexOf(container.name) &&
      spec.containers.findIndex((other) => other.name === container.name) < index
        ? [duplicate(`${field}.containers[${index}].name`, container.name)]
        : []),
    ]),
    ...validateHostPorts(`${field}.containers`, spec.containers),
    ...(['Always', 'OnFailure', 'Never'].includes(spec.restartPolicy ?? 'Always')
      ? []
      : [unsupported(`${field}.restartPolicy`, spec.restartPolicy, ['Always', 'Never', 'OnFailure'])]),
  ]
}

function validateContainer(field: string, container: Container): readonly StatusCause[] {
  return [
    ...dnsLabel(`${field}.name`, container.name),
    ...(container.image === '' ? [required(`${field}.image`)] : []),
    ...validatePorts(`${field}.ports`, container.ports),
    ...(container.env ?? []).flatMap((each, index) =>
      each.name === '' ? [required(`${field}.env[${index}].name`)] : [],
    ),
    ...(['Always', 'IfNotPresent', 'Never'].includes(container.imagePullPolicy ?? 'Always')
      ? []
      : [
          unsupported(`${field}.imagePullPolicy`, container.imagePullPolicy, [
            'Always',
            'IfNotPresent',
            'Never',
          ]),
        ]),
    ...validateResources(`${field}.resources`, container.resources),
  ]
}

/** Everything that is wrong with a template of pods that are to run for ever. */
export function validatePodTemplate(field: string, template: PodTemplateSpec): readonly StatusCause[] {
  const causes = [
    ...labels(`${field}.metadata.labels`, template.metadata?.labels),
    ...validatePodSpec(`${field}.spec`, template.spec),
  ]
  const policy = template.spec.restartPolicy
  if (policy === 'OnFailure' || policy === 'Never')
    causes.push(unsupported(`${field}.spec.restartPolicy`, policy, ['Always']))
  return causes
}

/** Names of a template's containers, as the wide columns of workloads have them. */
export function containerNames(spec: PodSpec): string {
  return spec.containers.map((container) => container.name).join(',')
}

/** Images of a template's containers. */
export function containerImages(spec: PodSpec): string {
  return spec.containers.map((container) => container.image).join(',')
}
