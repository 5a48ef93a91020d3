/** What a home screen offers, for tests. */
import type { HomeItem } from '../../src/tui/home-keys.ts'

export const items: readonly HomeItem[] = [
  { ...runbook('Emergencies', 'rollback', 'Traffic back to the old color, now.'), emergency: true },
  runbook(
    'Emergencies',
    'restore-database',
    'A new Aurora cluster from a point in time; traffic follows it.',
  ),
  runbook(
    'Deployments',
    'deploy',
    'Ship an image to the idle color, move the traffic, keep the way back open.',
  ),
  runbook('Troubleshooting', 'pods-wont-start', 'Why pods of a color do not become ready.'),
  {
    choice: { kind: 'resume', run: '20261123-025501-deploy' },
    group: 'Runs to resume',
    title: '20261123-025501-deploy',
    summary: 'live, left at 2026-11-23 02:58 UTC',
  },
  {
    choice: { kind: 'practice' },
    group: 'Practice',
    title: 'deploy, in the practice world',
    summary: 'Real kubectl on a practice cluster. Nothing can break.',
  },
]

/** A runbook to be run. */
export function runbook(group: string, name: string, summary: string): HomeItem {
  return { choice: { kind: 'runbook', name }, group, title: name, summary }
}
