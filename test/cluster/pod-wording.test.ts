import { expect, test } from 'vitest'
import { projections } from '../../src/cluster/projections.ts'
import { pod } from './objects.ts'

type Change = NonNullable<Parameters<typeof pod>[2]>

const waiting = (reason: string, restartCount = 0) => ({
  name: 'api',
  ready: false,
  restartCount,
  state: { waiting: { reason } },
})
const terminated = (ended: object) => ({
  name: 'api',
  ready: false,
  restartCount: 1,
  state: { terminated: ended },
})
const running = (name: string) => ({ name, ready: true, restartCount: 2, state: { running: {} } })
const notReady = [{ type: 'Ready', status: 'False' }]
const leaving = { deletionTimestamp: '2026-01-02T04:00:00Z', name: 'a', labels: { color: 'blue' } }

const cases: readonly (readonly [wording: string, restarts: number, ready: boolean, Change])[] = [
  ['Running', 0, true, {}],
  ['Pending', 0, false, { status: { phase: 'Pending', conditions: [], containerStatuses: [] } }],
  ['Unknown', 0, false, { status: { phase: undefined, conditions: [], containerStatuses: [] } }],
  [
    'SchedulingGated',
    0,
    false,
    {
      status: {
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
        containerStatuses: [],
      },
    },
  ],
  [
    'ContainerCreating',
    0,
    false,
    { status: { phase: 'Pending', conditions: notReady, containerStatuses: [waiting('ContainerCreating')] } },
  ],
  [
    'CrashLoopBackOff',
    7,
    false,
    { status: { conditions: notReady, containerStatuses: [waiting('CrashLoopBackOff', 7)] } },
  ],
  [
    'ImagePullBackOff',
    0,
    false,
    { status: { conditions: notReady, containerStatuses: [waiting('ImagePullBackOff')] } },
  ],
  [
    'Error',
    1,
    false,
    { status: { conditions: notReady, containerStatuses: [terminated({ reason: 'Error', exitCode: 1 })] } },
  ],
  [
    'OOMKilled',
    1,
    false,
    { status: { conditions: notReady, containerStatuses: [terminated({ reason: 'OOMKilled' })] } },
  ],
  [
    'ExitCode:3',
    1,
    false,
    { status: { conditions: notReady, containerStatuses: [terminated({ exitCode: 3 })] } },
  ],
  [
    'Signal:9',
    1,
    false,
    { status: { conditions: notReady, containerStatuses: [terminated({ signal: 9, exitCode: 137 })] } },
  ],
  [
    'Completed',
    1,
    false,
    {
      status: {
        phase: 'Succeeded',
        conditions: notReady,
        containerStatuses: [terminated({ reason: 'Completed' })],
      },
    },
  ],
  [
    'NotReady',
    3,
    false,
    {
      status: {
        conditions: notReady,
        containerStatuses: [terminated({ reason: 'Completed' }), running('proxy')],
      },
    },
  ],
  [
    'Running',
    3,
    true,
    { status: { containerStatuses: [terminated({ reason: 'Completed' }), running('proxy')] } },
  ],
  [
    'CrashLoopBackOff',
    4,
    false,
    {
      status: { conditions: notReady, containerStatuses: [running('proxy'), waiting('CrashLoopBackOff', 2)] },
    },
  ],
  [
    'Evicted',
    0,
    false,
    { status: { phase: 'Failed', reason: 'Evicted', conditions: [], containerStatuses: null } },
  ],
  ['Terminating', 0, false, { metadata: leaving }],
  [
    'Terminating',
    7,
    false,
    { metadata: leaving, status: { containerStatuses: [waiting('CrashLoopBackOff', 7)] } },
  ],
  ['Unknown', 0, false, { metadata: leaving, status: { reason: 'NodeLost', containerStatuses: [] } }],
  [
    'Completed',
    1,
    false,
    {
      metadata: leaving,
      status: { phase: 'Succeeded', containerStatuses: [terminated({ reason: 'Completed' })] },
    },
  ],
]

test.each(cases)('%s, %i restarts, ready %s', (status, restarts, ready, change) => {
  expect(projections.pod.parse(pod('a', 'blue', change))).toMatchObject({ status, restarts, ready })
})

const migrate = { name: 'migrate' }
const sidecar = { name: 'mesh', restartPolicy: 'Always' }
const done = { name: 'migrate', restartCount: 1, state: { terminated: { exitCode: 0 } } }

const initCases: readonly (readonly [
  wording: string,
  restarts: number,
  specs: object[],
  statuses: object[],
])[] = [
  ['Init:0/2', 0, [migrate, sidecar], [{ name: 'migrate', restartCount: 0, state: { running: {} } }]],
  [
    'Init:1/2',
    1,
    [migrate, sidecar],
    [done, { name: 'mesh', state: { waiting: { reason: 'PodInitializing' } } }],
  ],
  [
    'Init:Error',
    2,
    [migrate],
    [{ name: 'migrate', restartCount: 2, state: { terminated: { reason: 'Error', exitCode: 1 } } }],
  ],
  ['Init:ExitCode:1', 0, [migrate], [{ name: 'migrate', state: { terminated: { exitCode: 1 } } }]],
  [
    'Init:CrashLoopBackOff',
    5,
    [migrate],
    [{ name: 'migrate', restartCount: 5, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
  ],
  [
    'PodInitializing',
    3,
    [migrate, sidecar],
    [done, { name: 'mesh', restartCount: 3, started: true, state: { running: {} } }],
  ],
]

test.each(initCases)(
  'while it initialises: %s, %i restarts',
  (status, restarts, initContainers, initContainerStatuses) => {
    const young = pod('a', 'blue', {
      spec: { containers: [{ name: 'api', image: 'shop/api:1' }], initContainers },
      status: {
        phase: 'Pending',
        conditions: [{ type: 'Initialized', status: 'False' }],
        containerStatuses: [waiting('PodInitializing')],
        initContainerStatuses,
      },
    })
    expect(projections.pod.parse(young)).toMatchObject({ status, restarts, ready: false })
  },
)
