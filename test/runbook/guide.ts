/** A page of an ordinary team: Markdown that was never written for Handrail, with what a person would say of each command. */

export const commands: readonly (readonly [command: string, effect: 'read' | 'change' | 'destroy'])[] = [
  ['kubectl get deployments -n loanserve', 'read'],
  ['kubectl get services -n loanserve', 'read'],
  ['npm run db:check-migrations', 'change'],
  ['kubectl describe service api-main -n loanserve', 'read'],
  ['kubectl set image deployment/api-green api=loanserve/api:v1.2.3 -n loanserve', 'change'],
  ['kubectl rollout status deployment/api-green -n loanserve --timeout=300s', 'read'],
  ['kubectl get pods -l color=green -n loanserve', 'read'],
  ['npm run db:migrate:expand', 'change'],
  ['./ops/deploy/blue_green_switch.sh blue green', 'change'],
  ['curl -f http://api.loanserve.io/healthz', 'read'],
  ['curl -f http://api.loanserve.io/api/loans/metrics', 'read'],
  ['kubectl logs -l color=green -n loanserve --tail=100', 'read'],
  ['kubectl scale deployment api-blue -n loanserve --replicas=3', 'change'],
  ['kubectl top pods -n loanserve', 'read'],
  ['kubectl logs deployment/api-green -n loanserve | grep "pool"', 'read'],
  ["curl http://api.loanserve.io/healthz | jq '.checks[]'", 'read'],
  [`kubectl patch service api-main -n loanserve -p \\\n  '{"spec":{"selector":{"color":"blue"}}}'`, 'change'],
  ['kubectl get endpoints api-main -n loanserve', 'read'],
  [
    `aws rds restore-db-cluster-to-point-in-time \\
  --db-cluster-identifier loanserve-prod-aurora-rollback \\
  --source-db-cluster-identifier loanserve-prod-aurora \\
  --restore-to-time "2025-10-01T10:00:00Z"`,
    'change',
  ],
  [
    `kubectl patch secret loanserve-secrets -n loanserve \\
  --type merge -p '{"data":{"DATABASE_URL":"<rollback-cluster-url>"}}'`,
    'change',
  ],
  [
    `kubectl patch configmap app-config -n loanserve \\
  --type merge -p '{"data":{"MAINTENANCE_BANNER":"System maintenance in progress"}}'`,
    'change',
  ],
  ['kubectl scale deployment api-blue api-green -n loanserve --replicas=1', 'change'],
  ['kubectl apply -f ops/k8s/maintenance-mode.yaml', 'change'],
  [
    `kubectl patch deployment api-green -n loanserve -p \\
  '{"spec":{"template":{"spec":{"containers":[{"name":"api","env":[{"name":"FEATURE_FLAGS_JSON","value":"{\\"new_feature\\":true}"}]}]}}}}'`,
    'change',
  ],
  ['kubectl logs -l color=green -n loanserve', 'read'],
  ['kubectl describe pods -l color=green -n loanserve', 'read'],
  ['kubectl exec -it deployment/api-green -n loanserve -- pg_isready -h $DB_HOST', 'read'],
  ['kubectl get service api-main -n loanserve -o yaml', 'read'],
  ['kubectl describe ingress api-ingress -n loanserve', 'read'],
  ['curl -w "@curl-format.txt" http://api.loanserve.io/healthz', 'read'],
]

const block = (...indexes: readonly number[]) =>
  `\`\`\`bash\n${indexes.map((index) => `# Number ${index}\n${commands[index]?.[0] ?? ''}`).join('\n\n')}\n\`\`\`\n`

/** Headings of every depth, prose lists, SQL, three blocks under one heading, three checklists, no last line break. */
export const guide = `# Blue/Green Deployment Guide

## Overview
How the deployment goes.

## Deployment Process

### 1. Pre-Deployment Checks

Before starting any deployment, verify:

${block(0, 1, 2, 3)}
### 2. Deploy to Inactive Color

${block(4, 5, 6)}
### 3. Switch Traffic

${block(8)}
This script will:
- Verify green deployment health
- Switch traffic from blue to green

## Migration Patterns

### Safe Migration Pattern

1. **Expand Phase** - Add new schema elements

\`\`\`sql
-- ALTER TABLE loans DROP COLUMN old_field;
\`\`\`

### Dangerous Patterns to Avoid

❌ Never do in same deployment:
- DROP COLUMN

## Emergency Procedures

### Complete Rollback

${block(16, 12, 17)}
### Database Rollback

${block(18, 19)}
## Feature Flags

Control feature rollout using environment variables:

${block(23)}
## Troubleshooting

### Common Issues

**Health checks failing**
${block(24, 25, 26)}
**Traffic not switching**
${block(27, 28)}
**Performance degradation**
${block(13, 29)}
## Deployment Checklist

### Pre-Deployment
- [ ] Code review completed
- [ ] Rollback plan documented

### During Deployment
- [ ] Health checks passing
- [ ] Traffic switched successfully

### Post-Deployment
- [ ] Documentation updated`
