interface Area {
  readonly name: string;
  readonly holds: RegExp;
  /** A file that may not exist yet, but must have owners all the same. */
  readonly example: string;
}

/** Everything that takes part in a verdict, by who looks after it. */
export const areas: readonly Area[] = [
  { name: 'engine', holds: /^(src|bin|scripts)\/|^(package(-lock)?\.json|\.npmrc|tsconfig\.json)$/, example: 'src/gate/gate.ts' },
  { name: 'tools', holds: /^tools\//, example: 'tools/gate/go.sum' },
  { name: 'checks', holds: /^test\/|^(vitest\.config\.ts|biome\.json|knip\.json|\.dependency-cruiser\.mjs)$/, example: 'test/policies/new.test.ts' },
  { name: 'policies', holds: /^policies\//, example: 'policies/main/main.rego' },
  { name: 'waivers', holds: /^waivers\//, example: 'waivers/new.yaml' },
  { name: 'facts of the fleet', holds: /^fleet\.yaml$/, example: 'fleet.yaml' },
  { name: 'metric contract', holds: /^contracts\//, example: 'contracts/metrics.yaml' },
  { name: 'keys of the evidence', holds: /^evidence\/keys\.yaml$/, example: 'evidence/keys.yaml' },
  { name: 'freeze calendar', holds: /^freezes\//, example: 'freezes/new.yaml' },
  { name: 'stop of the line', holds: /^stop-the-line\.yaml$/, example: 'stop-the-line.yaml' },
  { name: 'marks of skipped gates', holds: /^break-glass\//, example: 'break-glass/new.yaml' },
  { name: 'quarantines', holds: /^agents\/[^/]+\/quarantine\.yaml$/, example: 'agents/new/quarantine.yaml' },
  { name: 'workflows', holds: /^\.github\/(?!CODEOWNERS$)|^\.ci\//, example: '.github/workflows/new.yml' },
  { name: 'owners', holds: /^(\.github\/|docs\/)?CODEOWNERS$/, example: '.github/CODEOWNERS' },
];

/** Whether a file takes part in verdicts. */
export const isGuarded = (path: string): boolean => areas.some((a) => a.holds.test(path));

/** Where the files of the running engine lie. */
export const engineFolders = ['src', 'bin', 'scripts', 'tools', 'package.json', 'package-lock.json'] as const;

/** Areas that the running engine is made of. */
export const isEngineFile = (path: string): boolean => areas.slice(0, 2).some((a) => a.holds.test(path));
