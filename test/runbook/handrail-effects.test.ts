import { expect, test } from 'vitest'
import { inferEffect } from '../../src/runbook/effects.ts'

const uri = '--secret s --key DATABASE_URL -n "$NAMESPACE"'

test.each([
  ['handrail probe health -n "$NAMESPACE"', 'read'],
  ['handrail switch "$LIVE" "$IDLE"', 'change'],
  ['handrail switch "$LIVE" "$IDLE" -n "$NAMESPACE" --drain 0 --dry-run', 'read'],
  ['handrail switch blue green --service --dry-run', 'change'],
  ['handrail switch blue green "$MORE" --dry-run', 'change'],
  ['handrail switch blue green -- --dry-run', 'change'],
  ['handrail migrations check', 'read'],
  ['handrail migrations ran contract', 'read'],
  ['handrail migrations expand', 'change'],
  ['handrail migrations contract', 'destroy'],
  ['handrail migrations contract -n "$NAMESPACE" --traffic-has-left "$WHY"', 'destroy'],
  ['handrail migrations contract --dry-run', 'read'],
  ['handrail migrations contract --traffic-has-left --dry-run', 'destroy'],
  [`handrail database where ${uri} --cluster "$CLUSTER"`, 'read'],
  ['handrail database restorable --cluster "$CLUSTER" --to "$RESTORE_TO"', 'read'],
  [`handrail database repoint ${uri} --cluster c --keep-as k`, 'change'],
  [`handrail database point-back ${uri} --keep-as k`, 'change'],
  [`handrail database psql ${uri} -- -c 'select 1'`, 'read'],
  [
    `handrail database psql ${uri} -- <<'SQL'\nselect count(*) from loans where created_at > :'since';\nSQL`,
    'read',
  ],
  [`handrail database psql ${uri} --write -- -c 'update loans set x = 1'`, 'change'],
  [`handrail database psql ${uri} -- -c 'drop table loans'`, 'destroy'],
  [`handrail database psql ${uri} -- -c "$SQL"`, 'change'],
  ['handrail "$COMMAND"', 'change'],
  ['handrail $ARGS', 'change'],
  ['handrail run deploy', 'change'],
])('%s: %s', (source, effect) => {
  expect(inferEffect(source)).toMatchObject({ effect, faults: [] })
})

test('of SQL that is not known, an author who says that it reads is believed: the server holds psql to it', () => {
  expect(inferEffect(`handrail database psql ${uri} -- -c "$SQL"`).certain).toBe('read')
  expect(inferEffect(`handrail database psql ${uri} --write -- -c "$SQL"`).certain).toBe('change')
})
