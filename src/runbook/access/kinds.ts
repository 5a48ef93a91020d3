/** The kinds of Kubernetes by the names that kubectl knows them under (`kubectl api-resources`). */

export interface Kind {
  /** The API group; '' for the core one. */
  readonly group: string
  /** The plural, as it stands in paths and in roles. */
  readonly resource: string
  readonly namespaced: boolean
}

/** group: plural, its singular and short names; separated by blanks, kinds by semicolons. */
const table: Readonly<Record<string, string>> = {
  '': 'pods pod po; services service svc; configmaps configmap cm; secrets secret; endpoints ep; events event ev; serviceaccounts serviceaccount sa; persistentvolumeclaims persistentvolumeclaim pvc; resourcequotas resourcequota quota; limitranges limitrange limits; replicationcontrollers replicationcontroller rc',
  apps: 'deployments deployment deploy; replicasets replicaset rs; statefulsets statefulset sts; daemonsets daemonset ds',
  batch: 'jobs job; cronjobs cronjob cj',
  'networking.k8s.io': 'ingresses ingress ing; networkpolicies networkpolicy netpol',
  'discovery.k8s.io': 'endpointslices endpointslice',
  autoscaling: 'horizontalpodautoscalers horizontalpodautoscaler hpa',
  policy: 'poddisruptionbudgets poddisruptionbudget pdb',
  'coordination.k8s.io': 'leases lease',
  'rbac.authorization.k8s.io': 'roles role; rolebindings rolebinding',
}

const clusterTable: Readonly<Record<string, string>> = {
  '': 'namespaces namespace ns; nodes node no; persistentvolumes persistentvolume pv',
  'storage.k8s.io': 'storageclasses storageclass sc',
  'networking.k8s.io': 'ingressclasses ingressclass',
  'rbac.authorization.k8s.io': 'clusterroles clusterrole; clusterrolebindings clusterrolebinding',
  'apiextensions.k8s.io': 'customresourcedefinitions customresourcedefinition crd crds',
}

const byName: ReadonlyMap<string, Kind> = new Map([...named(table, true), ...named(clusterTable, false)])

function named(groups: Readonly<Record<string, string>>, namespaced: boolean): [string, Kind][] {
  return Object.entries(groups).flatMap(([group, kinds]) =>
    kinds.split('; ').flatMap((names) => {
      const all = names.split(' ')
      const kind = { group, resource: all[0] ?? '', namespaced }
      return all.map((name): [string, Kind] => [name, kind])
    }),
  )
}

/** What `kubectl get all` lists. */
const all = [
  'pods',
  'services',
  'deployments',
  'replicasets',
  'statefulsets',
  'daemonsets',
  'jobs',
  'cronjobs',
]

/**
 * The kinds that an operand means: `deploy`, `Deployment`, `deployments.apps`, `po,svc`, `all`; a custom resource has to
 * name its group. Undefined where one of them is not known.
 */
export function kindsNamed(text: string): readonly Kind[] | undefined {
  const kinds = text.split(',').flatMap((name): readonly (Kind | undefined)[] => {
    if (name === 'all') return all.map((each) => byName.get(each))
    return [kindOf(name.toLowerCase())]
  })
  const known = kinds.filter((kind) => kind !== undefined)
  return known.length === kinds.length ? known : undefined
}

function kindOf(name: string): Kind | undefined {
  const own = byName.get(name)
  if (own !== undefined) return own
  const [plural = '', ...rest] = name.split('.')
  // `deployments.v1.apps` names its version too.
  const group = (/^v\d/.test(rest[0] ?? '') ? rest.slice(1) : rest).join('.')
  if (group === '' || !/^[a-z][-a-z0-9.]*$/.test(`${plural}.${group}`)) return undefined
  const builtIn = byName.get(plural)
  return builtIn?.group === group ? builtIn : { group, resource: plural, namespaced: true }
}
