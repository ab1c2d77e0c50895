import type { Agent } from '#model/agent.ts';
import type { Cluster } from '#model/cluster.ts';
import type { Finding } from '#model/finding.ts';
import type { Fleet } from '#model/fleet.ts';
import type { Snapshot } from '#model/ports.ts';
import { fileFinding } from '#util/file-finding.ts';
import { SourceDocument } from '#util/source-yaml.ts';
import { type GuardRule, guardRules } from './rules.ts';

/** Registries that both revisions allow: a change never widens the list by which it is judged. None where the base can not be read (null). */
export const commonRegistries = (base: Fleet | null | undefined, head: Fleet): string[] =>
  head.config.registries.filter((r) => base === undefined || (base?.config.registries.includes(r) ?? false));

/** Facts of one thing that became softer: which field, and how. */
type Softer<T> = readonly (readonly [field: readonly string[], softer: (was: T, is: T) => string | undefined])[];

const risk = ['R', 'A', 'W'];
const moved = (was: string, is: string): string | undefined => (was === is ? undefined : `${was} -> ${is}`);

const softerAgents: Softer<Agent> = [
  [['consensus', 'f'], (was, is) => ((is.consensus?.f ?? 0) < (was.consensus?.f ?? 0) ? `${was.consensus?.f} -> ${is.consensus?.f ?? 'none'}` : undefined)],
  [['tier'], (was, is) => (risk.indexOf(is.tier) < risk.indexOf(was.tier) ? `${was.tier} -> ${is.tier}` : undefined)],
  [['platformCritical'], (was, is) => (was.platformCritical && !is.platformCritical ? 'true -> false' : undefined)],
];

const softerClusters: Softer<Cluster> = [
  [['spec', 'residency'], (was, is) => moved(was.residency, is.residency)],
  [['spec', 'env'], (was, is) => (was.env === 'production' ? moved(was.env, is.env) : undefined)],
  [['spec', 'tier'], (was, is) => (was.tier !== 'hub' ? moved(was.tier, is.tier) : undefined)],
  [['spec', 'protectedShare'], (was, is) => (is.protectedShare < was.protectedShare ? `${was.protectedShare} -> ${is.protectedShare}` : undefined)],
];

/** Facts by which a change would be judged more softly than by those of its base. Pure. */
export const loosenedFacts = (base: Fleet, head: Fleet, snapshot: Snapshot): Finding[] => {
  const found = (rule: GuardRule, file: string, field: readonly (string | number)[], subject: string, message: string): Finding => {
    const line = snapshot.files.has(file) ? new SourceDocument(file, snapshot.read(file).toString()).placeOf(field).line : 1;
    return fileFinding({ rule: guardRules[rule], source: 'guard', file, line, subject, message });
  };
  const softened = <T>(was: ReadonlyMap<string, T>, is: ReadonlyMap<string, T>, table: Softer<T>, fileOf: (name: string) => string): Finding[] =>
    [...was].flatMap(([name, facts]) => {
      const now = is.get(name);
      if (now === undefined) return [];
      return table.flatMap(([field, softer]) => {
        const how = softer(facts, now);
        return how === undefined ? [] : [found('facts_loosened', fileOf(name), field, name, `${field.join('.')} of ${name}: ${how}`)];
      });
    });
  const added = head.config.registries.filter((r) => !base.config.registries.includes(r));
  const environments = Object.entries(base.config.expectedAgents) as [keyof Fleet['config']['expectedAgents'], number][];
  return [
    ...added.map((r) =>
      found('registry_added', 'fleet.yaml', ['registries', head.config.registries.indexOf(r)], r, `allows images of ${r}; the base does not, and judges`),
    ),
    ...environments
      .filter(([env, was]) => head.config.expectedAgents[env] < was)
      .map(([env, was]) =>
        found('expected_lowered', 'fleet.yaml', ['expectedAgents', env], env, `expects ${head.config.expectedAgents[env]} agents in ${env}, the base ${was}`),
      ),
    ...raisedCaps(base, head).map(({ field, how }) => found('facts_loosened', 'fleet.yaml', field, 'allowances', `${field.join('.')}: ${how}`)),
    ...softened(base.agents, head.agents, softerAgents, (name) => `agents/${name}/agent.yaml`),
    ...softened(base.clusters, head.clusters, softerClusters, (name) => `clusters/${name}/cluster.yaml`),
    ...[...base.rings].flatMap(([name, was]) =>
      Object.entries(was.bakeHours).flatMap(([tier, hours]) => {
        const now = head.rings.get(name)?.bakeHours[tier as keyof typeof was.bakeHours];
        if (now === undefined || now >= hours) return [];
        return [found('facts_loosened', `clusters/_rings/${name}/ring.yaml`, ['bakeHours', tier], name, `bakeHours.${tier} of ${name}: ${hours} -> ${now}`)];
      }),
    ),
  ];
};

/** Caps of what an agent may request that are higher than at the base, the default and those of single agents. A first cap loosens nothing. */
const raisedCaps = ({ config: { allowances: was } }: Fleet, { config: { allowances: is } }: Fleet): { readonly field: string[]; readonly how: string }[] => {
  if (was === undefined || is === undefined) return [];
  const kinds = ['cpu', 'memoryGi', 'gpu'] as const;
  const raised = (field: string[], [before, now]: readonly [number, number]) => (now > before ? [{ field, how: `${before} -> ${now}` }] : []);
  return kinds.flatMap((kind) => [
    ...raised(['allowances', 'cap', kind], [was.cap[kind], is.cap[kind]]),
    ...Object.entries(is.exceptions ?? {}).flatMap(([agent, { cap }]) =>
      raised(['allowances', 'exceptions', agent, 'cap', kind], [was.exceptions?.[agent]?.cap?.[kind] ?? was.cap[kind], cap?.[kind] ?? is.cap[kind]]),
    ),
    ...Object.entries(was.exceptions ?? {})
      .filter(([agent]) => is.exceptions?.[agent] === undefined)
      .flatMap(([agent, { cap }]) => raised(['allowances', 'exceptions', agent], [cap?.[kind] ?? was.cap[kind], is.cap[kind]])),
  ]);
};
