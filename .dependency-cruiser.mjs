const stages = [
  'scan',
  'render',
  'blame',
  'compare',
  'schema',
  'policy',
  'decide',
  'report',
  'fleet',
  'workflows',
  'gate',
  'github',
  'adapters',
  'local',
  'promotion',
  'cli',
];

/** Which other folders of src a folder may import; model and util are open to all. */
const allowed = {
  scan: [],
  render: ['scan'],
  blame: ['render'],
  compare: [],
  schema: [],
  policy: [],
  decide: [],
  report: [],
  fleet: [],
  workflows: [],
  gate: ['scan', 'render', 'blame', 'compare', 'schema', 'policy', 'decide', 'workflows'],
  github: [],
  adapters: [],
  local: ['adapters'],
  promotion: [],
  cli: stages,
};

const boundary = (stage) => ({
  name: `${stage}-imports`,
  severity: 'error',
  comment: `src/${stage} imports only ${['model', 'util', ...allowed[stage]].join(', ')} and itself: the flow has one direction.`,
  from: { path: `^src/${stage}/`, pathNot: '\\.test\\.ts$' },
  to: { path: '^src/', pathNot: `^src/(${['model', 'util', stage, ...allowed[stage]].join('|')})/` },
});

export default {
  forbidden: [
    ...stages.filter((s) => s !== 'cli').map(boundary),
    {
      name: 'model-stands-alone',
      severity: 'error',
      comment: 'Types and schemas depend on nothing of ours but each other.',
      from: { path: '^src/model/' },
      to: { path: '^src/', pathNot: '^src/model/' },
    },
    {
      name: 'util-knows-model-only',
      severity: 'error',
      comment: 'Helpers are pure and know types only.',
      from: { path: '^src/util/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(util|model)/' },
    },
    {
      name: 'adapters-do-io',
      severity: 'error',
      comment: 'Only adapters and the command line touch files, processes and threads.',
      from: {
        path: '^src/(scan|render|blame|compare|schema|policy|decide|report|fleet|workflows|gate|github|promotion|model|util)/',
        pathNot: '\\.test\\.ts$',
      },
      to: { dependencyTypes: ['core'], path: ['^fs', '^child_process$', '^worker_threads$', '^os$', '^https?$', '^net$'] },
    },
    {
      name: 'wasm-in-one-file',
      severity: 'error',
      comment: 'The WebAssembly package has traps; one file knows them.',
      from: { path: '^src/', pathNot: '^src/adapters/policy-worker\\.ts$' },
      to: { path: 'opa-wasm/' },
    },
    {
      name: 'no-test-imports',
      severity: 'error',
      comment: 'Product code never depends on tests.',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: '(^test/|\\.test\\.ts$)' },
    },
    { name: 'no-cycles', severity: 'error', comment: 'A cycle hides which part comes first.', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'A file that nothing uses is dead.',
      from: { orphan: true, path: '^src/', pathNot: '(\\.test\\.ts$|policy-worker\\.ts$)' },
      to: {},
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: 'Every import leads somewhere; `sarif` is a package of types alone.',
      from: {},
      to: { couldNotResolve: true, pathNot: '^sarif$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'], extensions: ['.ts', '.mjs', '.js'] },
    doNotFollow: { path: 'node_modules' },
  },
};
