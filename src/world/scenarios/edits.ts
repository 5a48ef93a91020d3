/** Changes that a scenario makes to the cluster, as somebody with kubectl might have made them before. */
import type { Cluster } from '../kubernetes/cluster.ts'
import type { Container, PodTemplateSpec, StringMap } from '../kubernetes/objects.ts'
import { namespace, service } from '../seed.ts'

/** Gives a color's deployment another pod template, which rolls out. Throws where there is no such deployment. */
function editTemplate(
  cluster: Cluster,
  color: string,
  edit: (template: PodTemplateSpec) => PodTemplateSpec,
): void {
  const present = cluster.deployments.get(namespace, `api-${color}`)
  if (present === undefined) throw new Error(`the scenario needs a deployment api-${color}`)
  const { spec } = present
  cluster.deployments.update({ ...present, spec: { ...spec, template: edit(spec.template) } })
}

/** Gives a color's container other settings. */
export function editContainer(
  cluster: Cluster,
  color: string,
  edit: (container: Container) => Container,
): void {
  editTemplate(cluster, color, (template) => ({
    ...template,
    spec: { ...template.spec, containers: template.spec.containers.map(edit) },
  }))
}

/** Puts further labels on a color's pods. */
export function labelPods(cluster: Cluster, color: string, labels: StringMap): void {
  editTemplate(cluster, color, (template) => ({
    ...template,
    metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...labels } },
  }))
}

/** Lets the Service that users come through ask for further labels. */
export function narrowSelector(cluster: Cluster, labels: StringMap): void {
  const present = cluster.services.get(namespace, service)
  if (present === undefined) throw new Error(`the scenario needs the Service ${service}`)
  const selector = { ...present.spec.selector, ...labels }
  cluster.services.update({ ...present, spec: { ...present.spec, selector } })
}
