import { z } from 'zod';

const texts = z.array(z.string());
const kind = z.enum(['added', 'removed', 'changed']);

const valueChange = z.strictObject({
  kind,
  path: z.array(z.union([z.string(), z.int()])).describe('Path in the head object; in the base object for a removed value'),
  at: z.string().describe('The path for people; list items are named by their key'),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
});

const changeGroup = z.strictObject({
  id: z.string().describe('apiVersion/kind/namespace/name; <cluster> stands for the name of each cluster'),
  kind,
  values: z.array(valueChange),
  objects: texts.describe('Every object that changed so'),
  roots: texts,
  clusters: texts,
  waves: texts,
});

const place = { file: z.string(), line: z.int(), endLine: z.int().optional() };
const layerKinds = [
  'resource',
  'json-patch',
  'strategic-merge-patch',
  'image',
  'replicas',
  'label',
  'annotation',
  'namespace',
  'name-affix',
  'generator',
  'replacement',
  'component',
] as const;
const layer = z.strictObject({ ...place, kind: z.enum(layerKinds), what: z.string() });
const blame = z.strictObject({
  culprit: layer.describe('The layer that was applied last and wrote the value'),
  layers: z.array(layer).describe('All layers that wrote the value or a parent of it, last applied first'),
  addAt: z.strictObject(place).optional().describe('Where an overlay would add a field that is absent'),
});

const finding = z.strictObject({
  code: z.string(),
  source: z.enum(['policy', 'analysis', 'rehearsal', 'certificate', 'schema', 'source', 'guard', 'waiver']),
  effect: z.enum(['deny', 'warn', 'undecided']),
  title: z.string(),
  message: z.string(),
  solution: z.string(),
  subject: z.string(),
  path: z.array(z.union([z.string(), z.int()])),
  file: z.string().optional(),
  line: z.int().optional(),
  blame: blame.optional(),
  standing: z.literal('debt').optional().describe('The same finding stands at the base: it does not block'),
  waiver: z.strictObject({ id: z.string(), owner: z.string(), ticket: z.string(), until: z.string(), daysLeft: z.int() }).optional(),
  effectiveOn: z.string().optional().describe('Day from which the warning denies'),
  roots: texts,
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
});

const estimate = z.strictObject({ share: z.number(), from: z.number(), to: z.number() }).describe('Share of replications with its 95 % interval, 0..1');
const spread = z.strictObject({ median: z.number(), p95: z.number() }).optional();
const scenario = z.strictObject({
  name: z.string(),
  title: z.string(),
  isBad: z.boolean(),
  aborted: estimate,
  held: estimate.describe('Neither aborted nor promoted: it waits for a person'),
  promoted: estimate,
  toAbort: spread.describe('Seconds from the release'),
  toRestore: spread.describe('Seconds from the abort'),
  toPromote: spread.describe('Seconds from the release'),
  decisionsExposed: z.strictObject({ mean: z.number(), p95: z.number() }),
  cellsExposed: z.int(),
  budgetBurnt: z.number().describe('Share of the error budget of 30 days'),
  loadAfterAbort: z.number().optional().describe('Work for one pod of stable, 1 at rest; absent where stable had none'),
  loadBefore: z.number().optional(),
});
const rehearsal = z.strictObject({
  agent: z.string(),
  cluster: z.string().describe('The cluster whose work was taken: the smallest that the roots reach'),
  roots: texts,
  forecast: z.strictObject({
    rollout: z.string(),
    namespace: z.string(),
    replications: z.int(),
    seed: z.string(),
    exposureSeconds: z.number(),
    cells: z.int(),
    decisionsPerHour: z.number(),
    canaryShare: z.number(),
    seesFrom: z.number().optional().describe('Smallest rise of the error ratio that 80 of 100 rollouts abort on'),
    needs: z.array(z.strictObject({ factor: z.number(), decisions: z.number(), hours: z.number() })),
    scenarios: z.array(scenario),
  }),
});

/** Schema of what `ranfleet gate --json` writes; published as docs/schemas/gate-report.schema.json. */
export const reportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  base: z.string().nullable(),
  head: z.string(),
  effectiveDay: z.iso.date().describe('Day, UTC, on which the rules were taken: a rule that denies from a later day on warned'),
  mode: z.enum(['change', 'fleet']),
  outcome: z.enum(['allow', 'deny', 'undecided']),
  exitCode: z.int().min(0).max(4),
  reasons: texts.min(1),
  files: z.array(z.strictObject({ path: z.string(), status: z.enum(['added', 'modified', 'deleted']) })),
  blastRadius: z.strictObject({
    clusters: texts,
    waves: texts,
    environments: texts,
    countries: texts,
    vendors: texts,
    agents: texts,
    components: texts,
    cells: z.int(),
    productionShare: z.number().describe('Share of all production cells, percent'),
  }),
  changes: z.array(changeGroup),
  findings: z.array(finding),
  certificate: z
    .strictObject({ units: z.int(), safe: z.int(), unsafe: z.int(), unproven: z.int(), notApplicable: z.int() })
    .optional()
    .describe('Hazards of taking the change back, over all units; `ranfleet certify` names each'),
  monthlyCost: z
    .strictObject({
      cpu: z.number().describe('Cores'),
      memoryGi: z.number(),
      gpu: z.int().describe('Devices that caps promise'),
      currency: z.string(),
      delta: z.number().describe('Money in one month; negative where the change saves it'),
      basis: z.enum(['assumption', 'contract']),
    })
    .optional()
    .describe('What the change adds to the requests of all agents'),
  rehearsals: z.array(rehearsal).optional().describe('What the rollouts that change would do'),
  evidence: z.strictObject({
    roots: z.int(),
    rendered: z.int(),
    fromCache: z.int(),
    judged: z.int(),
    validated: z.int().describe('Objects of which the schema was known and every field was looked at'),
    rules: texts,
    policyBundles: texts,
    renderer: z.string(),
    schemas: z.string().describe('Hash of the list of schema sources'),
    engine: z.string().describe('Commit of the engine that judged, or `working tree`'),
    blame: z.strictObject({ traced: z.int(), skipped: z.int() }).optional().describe('Findings traced to a source line, and those left out for their number'),
  }),
  times: z.record(z.string(), z.number()).describe('Milliseconds by stage'),
});
