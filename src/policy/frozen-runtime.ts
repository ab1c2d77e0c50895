import type { JudgedBy } from '#model/change-facts.ts';
import type { Snapshot } from '#model/ports.ts';
import { asList, textAt, valueAt } from '#util/manifest.ts';
import { SourceDocument } from '#util/source-yaml.ts';

/** Numbers of an agent's configurations, lowest first. */
export const configNumbers = ({ files }: Snapshot, agent: string): number[] => {
  const numbers = new Set<number>();
  for (const path of files.keys()) {
    const [, number] = (path.startsWith(`agents/${agent}/config/`) && /^agents\/[^/]+\/config\/(\d+)\//.exec(path)) || [];
    if (number !== undefined) numbers.add(Number(number));
  }
  return [...numbers].sort((a, b) => a - b);
};

/** What one configuration froze of the facts. A file that is absent or no YAML has no envelope, no KPIs and no objectives. */
export const frozenRuntime = (snapshot: Snapshot, agent: string, config: string): { writes: readonly unknown[] | null } & Pick<JudgedBy, 'kpis' | 'slos'> => {
  const file = `agents/${agent}/config/${config}/runtime.yaml`;
  const value = snapshot.files.has(file) ? new SourceDocument(file, snapshot.read(file).toString()).value : undefined;
  const writes = valueAt(value, 'writes');
  return {
    writes: Array.isArray(writes) ? (writes as unknown[]) : null,
    kpis: asList(valueAt(value, 'canary', 'kpis')).map(String),
    slos: asList(valueAt(value, 'slos')).map((slo) => ({
      name: textAt(slo, 'name'),
      objective: Number(valueAt(slo, 'objective')),
      direction: textAt(slo, 'direction'),
    })),
  };
};
