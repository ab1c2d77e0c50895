import type { Agent } from '#model/agent.ts';
import { type Manifest, recalled } from '#model/ports.ts';
import { isFields, textAt, valueAt } from '#util/manifest.ts';
import { SourceDocument } from '#util/source-yaml.ts';
import type { CertifySide } from './unit.ts';

type Frozen = Partial<Pick<Agent, 'writes' | 'compensation' | 'requires' | 'inputs'>>;

/** The part of an agent's facts that a rendered unit carries: `runtime.yaml` in its ConfigMap. Undefined where there is none that can be read. */
export const frozenFacts = (objects: readonly Manifest[]): Frozen | undefined => {
  const holder = objects.find((o) => textAt(o, 'kind') === 'ConfigMap' && textAt(o, 'data', 'runtime.yaml') !== '');
  const value = holder && new SourceDocument('runtime.yaml', textAt(holder, 'data', 'runtime.yaml')).value;
  return isFields(value) ? (value as Frozen) : undefined;
};

/** What the release of another agent requires in one ring: from its frozen configuration. */
export const requirementsOf = ({ fleet, snapshot }: CertifySide, agent: string, ring: string): NonNullable<Agent['requires']> => {
  const pinned = fleet.pins.get(agent)?.get(ring as never);
  const file = `agents/${agent}/config/${pinned?.config}/runtime.yaml`;
  if (pinned === undefined || !snapshot.files.has(file)) return [];
  return recalled(snapshot, 'requirements of a configuration', file, () => {
    const text = snapshot.read(file).toString();
    if (!/^requires:/m.test(text)) return [];
    return (valueAt(new SourceDocument(file, text).value, 'requires') ?? []) as NonNullable<Agent['requires']>;
  });
};
