/** What a command asks of a cluster, in a role's words. */
import { expect, test } from 'vitest'
import { type Accesses, together } from '../../src/runbook/access/access.ts'
import { accessesOf } from '../../src/runbook/access/command-access.ts'
import { inferEffect } from '../../src/runbook/effects.ts'

function asked(text: string): Accesses {
  return together(inferEffect(text).commands.map(({ words }) => accessesOf(words)))
}

function words(text: string): readonly string[] {
  return asked(text).accesses.map(({ verb, group, resource, subresource, namespace }) => {
    const what = `${resource}${group === '' ? '' : `.${group}`}${subresource === '' ? '' : `/${subresource}`}`
    return `${verb} ${what}${namespace === undefined ? '' : ` in ${namespace === '' ? 'all' : namespace}`}`
  })
}

test.each([
  ['kubectl get pods -n prod', ['list pods in prod']],
  ['kubectl get pod api-0', ['get pods']],
  ['kubectl get po,svc -A', ['list pods in all', 'list services in all']],
  ['kubectl get pods -w', ['list pods', 'watch pods']],
  ['kubectl get deploy/a svc/b', ['get deployments.apps', 'get services']],
  ['kubectl get deployments.v1.apps a', ['get deployments.apps']],
  ['kubectl get rollouts.argoproj.io a', ['get rollouts.argoproj.io']],
  ['kubectl get nodes', ['list nodes in all']],
  ['kubectl describe ingress i', ['get ingresses.networking.k8s.io', 'list events']],
  ['kubectl logs api-0', ['get pods', 'get pods/log']],
  ['kubectl logs -l app=api', ['list pods', 'get pods/log']],
  ['kubectl exec deploy/api -- ls', ['get deployments.apps', 'list pods', 'get pods', 'create pods/exec']],
  ['kubectl port-forward api-0 8080', ['get pods', 'create pods/portforward']],
  ['kubectl top pods', ['list pods.metrics.k8s.io']],
  ['kubectl set image deployment/a b=c:d', ['get deployments.apps', 'patch deployments.apps']],
  ['kubectl set image -f - b=c:d --local', []],
  ['kubectl scale deployment a --replicas=3', ['get deployments.apps', 'patch deployments.apps/scale']],
  ['kubectl patch service s -p x', ['get services', 'patch services']],
  ['kubectl annotate service s a/b=c d/e-', ['get services', 'patch services']],
  [
    'kubectl rollout status deployment/a',
    ['get deployments.apps', 'list deployments.apps', 'watch deployments.apps'],
  ],
  ['kubectl rollout restart deployment a', ['get deployments.apps', 'patch deployments.apps']],
  ['kubectl delete pod a', ['get pods', 'delete pods']],
  ['kubectl delete pods -l a=b', ['list pods', 'get pods', 'delete pods']],
  ['kubectl create secret generic a', ['create secrets']],
  [
    'kubectl drain n',
    ['get nodes in all', 'patch nodes in all', 'list pods in all', 'create pods/eviction in all'],
  ],
  ['kubectl auth can-i get pods; kubectl config view; kubectl version', []],
  [
    'handrail probe errors --color blue -n prod',
    ['list pods in prod', 'get pods in prod', 'get pods/log in prod'],
  ],
  ['handrail probe health', []],
  [
    'handrail flags set api-blue a=true -n prod',
    ['get deployments.apps in prod', 'patch deployments.apps in prod'],
  ],
  ['handrail database where --secret s -n prod', ['get secrets in prod']],
  ['ls; aws s3 ls', []],
])('%s asks for %j', (text, expected) => {
  expect(words(text)).toEqual(expected)
})

test('the switch and its script ask for the same', () => {
  expect(words('./ops/deploy/blue_green_switch.sh blue green')).toEqual(words('handrail switch blue green'))
  expect(words('handrail switch blue green')).toContain('patch services')
})

test('which objects are applied stands in the file', () => {
  expect(asked('kubectl apply -f ops/x.yaml -n prod').files).toEqual([
    { path: 'ops/x.yaml', verbs: ['get', 'create', 'patch'], namespace: 'prod' },
  ])
})

test.each([
  ['kubectl apply -f -', 'which objects stand in what is piped in'],
  ['kubectl get "$KIND" a', 'what kind of object $KIND is'],
  ['kubectl get gizmos', 'what kind of object gizmos is'],
  ['kubectl frobnicate x', 'what kubectl frobnicate asks for'],
])('%s: %s', (text, why) => {
  expect(asked(text)).toEqual({ accesses: [], files: [], unclear: [why] })
})
