import { readFileSync } from 'node:fs';
import { dump } from 'js-yaml';
import { parseAllDocuments } from 'yaml';
import { isAnalysisTemplate, readTemplate } from '#analysis/read-template.ts';
import { isRollout } from '#forecast/subject.ts';
import { scaleDurations } from '#local/scale-durations.ts';
import { GateError, messageOf } from '#model/errors.ts';
import type { Manifest } from '#model/ports.ts';
import { type RecordedTrace, recordedTraceSchema } from '#model/recorded-trace.ts';
import { readRollout } from '#rehearse/read-rollout.ts';
import { type Replay, replay } from '#rehearse/replay.ts';
import { isFields, valueAt } from '#util/manifest.ts';

/** Reads a recording. @throws GateError of class usage where it is none */
export const readRecording = (file: string): RecordedTrace => {
  const usage = (message: string): GateError =>
    new GateError('GATE_REPLAY', 'usage', `${file}: ${message}`, { hint: 'Give a recording as `npm run e2e` keeps it in test/fixtures/rollout-traces.' });
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw usage(`can not be read as JSON: ${messageOf(error)}`);
  }
  const parsed = recordedTraceSchema.safeParse(value);
  if (!parsed.success) throw usage(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  return parsed.data;
};

/** Plays a recording against the rehearsal of the Rollout among these objects, with the recording's steps and durations. */
export const replayRecording = (objects: readonly Manifest[], recorded: RecordedTrace): Replay => {
  const scaled = objects.map((object) => scaledManifest(object, recorded.timeScale));
  const rollout = scaled.find(isRollout);
  const reading = rollout === undefined ? undefined : readRollout(withSteps(rollout, recorded));
  if (reading === undefined || 'unreadable' in reading) {
    const why = reading === undefined ? 'the root has no Rollout' : reading.unreadable.map(({ message }) => message).join('; ');
    throw new GateError('GATE_REPLAY', 'undecided', why, { hint: 'Only a canary that can be rehearsed can be replayed.' });
  }
  const templates = scaled.filter(isAnalysisTemplate).flatMap((object) => {
    const read = readTemplate(object);
    return 'template' in read ? [read.template] : [];
  });
  return replay({ ...reading.rollout, replicas: replicasOf(recorded) }, templates, recorded);
};

const scaledManifest = (object: Manifest, factor: number): Manifest => {
  const value: unknown = parseAllDocuments(scaleDurations(dump(object, { lineWidth: -1, noRefs: true }), factor))[0]?.toJS();
  return isFields(value) ? value : {};
};

const withSteps = (rollout: Manifest, { steps }: RecordedTrace): Manifest => {
  const spec = valueAt(rollout, 'spec');
  const [strategy, canary] = [valueAt(spec, 'strategy'), valueAt(spec, 'strategy', 'canary')];
  if (!isFields(spec) || !isFields(strategy) || !isFields(canary)) return rollout;
  return { ...rollout, spec: { ...spec, strategy: { ...strategy, canary: { ...canary, steps } } } };
};

/** Pods before the release. */
const replicasOf = ({ events }: RecordedTrace): number => Object.values(events[0]?.ready ?? {}).reduce((sum, pods) => sum + pods, 0);
