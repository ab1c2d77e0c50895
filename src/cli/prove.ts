import { Blamer, layerOf, type Trace } from '#blame/blame.ts';
import { takeAway } from '#blame/take-away.ts';
import { isGateError } from '#model/errors.ts';
import type { Finding } from '#model/finding.ts';
import type { RenderedRoot, Snapshot } from '#model/ports.ts';
import { ClosureGraph } from '#render/closure.ts';
import { type RenderTools, renderRoots } from '#render/render.ts';
import { printable } from '#report/escape.ts';
import { shortValue } from '#report/summary.ts';
import { fingerprintOf } from '#util/fingerprint.ts';
import { objectId, valueAt } from '#util/manifest.ts';
import { createMask, type Mask } from '#util/masked.ts';

/** All layers that wrote the value, last applied first, and a render without the one that is blamed. */
export const provenLayers = async (head: Snapshot, root: RenderedRoot, finding: Finding, tools: RenderTools): Promise<string[]> => {
  const trace = new Blamer(head).trace(root, finding.subject, finding.path);
  if (trace === undefined) return [];
  const layers = trace.writes.map(layerOf);
  const mark = (index: number): string => (index === trace.culprit ? '>' : ' ');
  return [
    '',
    trace.isMissing ? 'Layers that took it away, or wrote the nearest that is there; last applied first:' : 'Layers that set it, last applied first:',
    ...layers.map((layer, i) => printable(`${mark(i)} ${layer.file}:${layer.line}  ${layer.kind}: ${layer.what}`)),
    ...(await proof(head, root, finding, trace, tools)),
  ];
};

const proof = async (head: Snapshot, root: RenderedRoot, finding: Finding, trace: Trace, tools: RenderTools): Promise<string[]> => {
  const changed = takeAway(trace);
  if (changed === undefined) return ['Could not be proven: the object itself stands at this line.'];
  const without = await rendered(withFile(head, changed.file, changed.text), root, tools);
  if (typeof without === 'string') return [`Could not be proven: ${without}`];
  const mask = createMask();
  const [now, then] = [shown(root, finding, mask), shown(without, finding, mask)];
  const verdict =
    now === then ? 'Could not be proven: the value is the same without this layer.' : 'Proven: without this layer kustomize renders another value.';
  return [`  with it:    ${printable(now)}`, `  without it: ${printable(then)}`, verdict];
};

const rendered = async (snapshot: Snapshot, { root }: RenderedRoot, tools: RenderTools): Promise<RenderedRoot | string> => {
  try {
    const [result] = await renderRoots({ snapshot, graph: new ClosureGraph(snapshot), roots: [root] }, tools);
    return result ?? 'nothing was rendered';
  } catch (error) {
    if (!isGateError(error)) throw error;
    return `without this layer kustomize does not build: ${shortValue(error.message, 200)}`;
  }
};

/** The value at the path, or the nearest that is there. */
const shown = ({ objects }: RenderedRoot, { subject, path }: Finding, mask: Mask): string => {
  const found = objects.find((o) => objectId(o) === subject);
  if (found === undefined) return '(there is no such object)';
  const object = mask.object(found);
  const depth = path.findLastIndex((_key, i) => valueAt(object, ...path.slice(0, i + 1)) !== undefined) + 1;
  return `${depth < path.length ? '(absent) in ' : ''}${shortValue(valueAt(object, ...path.slice(0, depth)))}`;
};

/** The same snapshot with other content in one file. */
const withFile = (snapshot: Snapshot, file: string, text: string): Snapshot => ({
  label: `${snapshot.label} without a layer of ${file}`,
  files: new Map(snapshot.files).set(file, { id: fingerprintOf(text), type: 'file' }),
  prefetch: (paths) => snapshot.prefetch([...paths].filter((path) => path !== file)),
  read: (path) => (path === file ? Buffer.from(text) : snapshot.read(path)),
});
