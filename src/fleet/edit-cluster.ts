import { parseDocument } from 'yaml';
import { clusterSchema, type Joining } from '#model/cluster.ts';
import { GateError } from '#model/errors.ts';
import type { Snapshot } from '#model/ports.ts';
import { parseFacts } from '#util/source-yaml.ts';

/** Path of the facts of a cluster. */
export const clusterFile = (name: string): string => `clusters/${name}/cluster.yaml`;

/** The facts of a cluster with other entries of `joining`; without any the field goes. Comments stay. Pure. */
export const withJoining = (text: string, path: string, joining: readonly Joining[], rebuilt?: string): string => {
  const document = parseDocument(text, { schema: 'yaml-1.1' });
  if (joining.length > 0) document.setIn(['spec', 'joining'], document.createNode(joining));
  else document.deleteIn(['spec', 'joining']);
  if (rebuilt !== undefined) document.setIn(['spec', 'rebuilt'], rebuilt);
  const edited = document.toString({ lineWidth: 0 });
  parseFacts(path, edited, clusterSchema);
  return edited;
};

/**
 * The facts of a cluster that follows the pins of its ring again.
 * @param agents whose entries go; all of them when none is named
 * @throws GateError GATE_USAGE when there is no such entry
 */
export const planJoined = (snapshot: Snapshot, name: string, agents: readonly string[]): Map<string, string> => {
  const path = clusterFile(name);
  const text = snapshot.read(path).toString();
  const { joining = [] } = parseFacts(path, text, clusterSchema).spec;
  const wanted = agents.length > 0 ? agents : joining.map(({ agent }) => agent);
  const strangers = wanted.filter((agent) => !joining.some((entry) => entry.agent === agent));
  if (wanted.length === 0 || strangers.length > 0)
    throw new GateError('GATE_USAGE', 'usage', `${path}: ${wanted.length === 0 ? 'nothing joins here' : `${strangers.join(', ')} does not join here`}`, {
      hint: `Entries of spec.joining are ${joining.map(({ agent }) => agent).join(', ') || 'none'}.`,
    });
  return new Map([
    [
      path,
      withJoining(
        text,
        path,
        joining.filter(({ agent }) => !wanted.includes(agent)),
      ),
    ],
  ]);
};
