import type { JudgedBy } from '#model/change-facts.ts';
import { recalled, type Snapshot } from '#model/ports.ts';
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
export const frozenRuntime = (snapshot: Snapshot, agent: string, config: string): FrozenRuntime => {
  const file = `agents/${agent}/config/${config}/runtime.yaml`;
  if (!snapshot.files.has(file)) return runtimeIn(undefined);
  return recalled(snapshot, 'frozen runtime', file, () => runtimeIn(new SourceDocument(file, snapshot.read(file).toString()).value));
};

interface FrozenRuntime extends Pick<JudgedBy, 'kpis' | 'slos'> {
  readonly writes: readonly unknown[] | null;
}

const runtimeIn = (value: unknown): FrozenRuntime => {
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
