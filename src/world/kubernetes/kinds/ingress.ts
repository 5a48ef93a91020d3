/** Ingresses. */
import { z } from 'zod'
import { head, type Kind } from '../kind.ts'
import type { Ingress } from '../objects.ts'
import { ageColumn } from '../table.ts'
import { invalidValue, required, unsupported } from '../validation.ts'
import { loadBalancerSchema } from './service.ts'

const backendSchema = z.looseObject({
  service: z
    .looseObject({
      name: z.string().default(''),
      port: z
        .looseObject({ number: z.number().exactOptional(), name: z.string().exactOptional() })
        .exactOptional(),
    })
    .exactOptional(),
})

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix']

export const ingresses: Kind<Ingress> = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  resource: 'ingresses',
  singular: 'ingress',
  shortNames: ['ing'],
  namespaced: true,
  model: 'V1Ingress',
  schema: z.looseObject({
    ...head,
    spec: z
      .looseObject({
        ingressClassName: z.string().exactOptional(),
        defaultBackend: backendSchema.exactOptional(),
        tls: z
          .array(
            z.looseObject({
              hosts: z.array(z.string()).exactOptional(),
              secretName: z.string().exactOptional(),
            }),
          )
          .exactOptional(),
        rules: z
          .array(
            z.looseObject({
              host: z.string().exactOptional(),
              http: z
                .looseObject({
                  paths: z
                    .array(
                      z.looseObject({
                        path: z.string().exactOptional(),
                        pathType: z.string().default(''),
                        backend: backendSchema.default({}),
                      }),
                    )
                    .default([]),
                })
                .exactOptional(),
            }),
          )
          .exactOptional(),
      })
      .prefault({}),
    status: z.looseObject({ loadBalancer: loadBalancerSchema.default({}) }).prefault({}),
  }),
  desired: (ingress) => ingress.spec,
  validate: ({ spec }) => [
    ...(spec.rules === undefined && spec.defaultBackend === undefined
      ? [invalidValue('spec', [], 'either `defaultBackend` or `rules` must be specified')]
      : []),
    ...(spec.rules ?? []).flatMap(({ http }, rule) =>
      (http?.paths ?? []).flatMap(({ path, pathType, backend }, index) => {
        const field = `spec.rules[${rule}].http.paths[${index}]`
        return [
          ...(pathType === '' ? [required(`${field}.pathType`, 'pathType must be specified')] : []),
          ...(pathType === '' || pathTypes.includes(pathType)
            ? []
            : [unsupported(`${field}.pathType`, pathType, pathTypes)]),
          ...(pathType !== 'ImplementationSpecific' && !(path ?? '').startsWith('/')
            ? [invalidValue(`${field}.path`, path ?? '', 'must be an absolute path')]
            : []),
          ...(backend.service?.name === '' ? [required(`${field}.backend.service.name`)] : []),
        ]
      }),
    ),
  ],
  columns: [
    { name: 'Class', type: 'string', cell: ({ spec }) => spec.ingressClassName ?? '<none>' },
    {
      name: 'Hosts',
      type: 'string',
      cell: ({ spec }) => {
        const hosts = (spec.rules ?? []).flatMap(({ host }) => host ?? [])
        if (hosts.length === 0) return '*'
        return hosts.length > 3
          ? `${hosts.slice(0, 3).join(',')} + ${hosts.length - 3} more...`
          : hosts.join(',')
      },
    },
    {
      name: 'Address',
      type: 'string',
      cell: ({ status }) =>
        (status.loadBalancer?.ingress ?? []).flatMap((each) => each.ip ?? each.hostname ?? []).join(','),
    },
    { name: 'Ports', type: 'string', cell: ({ spec }) => (spec.tls === undefined ? '80' : '80, 443') },
    ageColumn,
  ],
  status: true,
}
