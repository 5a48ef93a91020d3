/** Who may import whom: the house rules of docs/architecture.md, checked on every change. */
const rooms = [
  'runbook',
  'shell',
  'cluster',
  'health',
  'journal',
  'migrations',
  'database',
  'switch',
  'doctor',
]

export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'machines-are-pure',
      comment: 'machines/ imports xstate and the types of src/runbook, nothing else',
      severity: 'error',
      from: { path: '^machines/' },
      to: { pathNot: ['^machines/', '^src/runbook/runbook\\.ts$', '^node_modules/xstate/'] },
    },
    ...rooms.map((room) => ({
      name: `${room}-stands-alone`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: '^(src|machines)/', pathNot: `^src/${room}/` },
    })),
    {
      name: 'vitals-join-cluster-and-health',
      severity: 'error',
      from: { path: '^src/vitals/' },
      to: { path: '^(src|machines)/', pathNot: '^src/(vitals|cluster|health)/' },
    },
    {
      name: 'run-knows-no-front-end',
      severity: 'error',
      from: { path: '^src/run/' },
      to: { path: '^src/(tui|plain|commands|world|main)' },
    },
    {
      name: 'front-ends-see-run-and-plain-data',
      severity: 'error',
      from: { path: '^src/(tui|plain)/' },
      to: {
        path: '^src/',
        pathNot: [
          '^src/(tui|plain|run)/',
          '^src/runbook/runbook\\.ts$',
          '^src/cluster/status\\.ts$',
          '^src/vitals/vitals\\.ts$',
          '^src/shell/clean\\.ts$',
          '^src/shell/grouped\\.ts$',
        ],
      },
    },
    {
      name: 'front-ends-do-not-know-each-other',
      severity: 'error',
      from: { path: '^src/(tui|plain)/' },
      to: { path: '^src/(tui|plain)/', pathNot: '^src/$1/' },
    },
    {
      name: 'the-world-is-a-program-of-its-own',
      severity: 'error',
      from: { path: '^src/world/' },
      to: { path: '^(src|machines)/', pathNot: '^src/world/' },
    },
    {
      name: 'only-commands-know-the-world',
      severity: 'error',
      from: { path: '^(src|machines)/', pathNot: '^src/(world|commands)/' },
      to: { path: '^src/world/' },
    },
    {
      name: 'source-knows-no-tests',
      severity: 'error',
      from: { path: '^(src|machines)/' },
      to: { path: '^(test|bench|docs)/' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    parser: 'swc',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
