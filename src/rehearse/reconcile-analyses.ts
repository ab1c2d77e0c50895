import type { AnalysisUse } from '#model/rollout.ts';
import { type AnalysisRun, isCompleted, newRun } from './analysis-run.ts';
import { isAborted, isFastRollback, isFullyPromoted, isWithinRollbackWindow, type Pass, pauseOf } from './pass.ts';
import type { RunReference } from './rollout-state.ts';

/** Makes, watches and ends the runs of a Rollout (`rollout/analysis.go: reconcileAnalysisRuns`). */
export const reconcileAnalyses = (pass: Pass): void => {
  const { status } = pass;
  const step = runOf(pass, status.stepRun);
  const background = runOf(pass, status.backgroundRun);
  if (needsNone(pass)) {
    cancel(pass, step);
    cancel(pass, background);
    // 1.9 goes on counting the runs that it ends as its present ones.
    if (pass.version === '1.9') keep(pass, step, background);
  } else {
    keep(pass, reconcileStepRun(pass, step), reconcileBackgroundRun(pass, background));
  }
  for (const run of pass.runs) if (run.id !== pass.stepRun?.id && run.id !== pass.backgroundRun?.id) cancel(pass, run);
};

const keep = (pass: Pass, step: AnalysisRun | undefined, background: AnalysisRun | undefined): void => {
  pass.stepRun = referenceTo(step);
  pass.backgroundRun = referenceTo(background);
};

const referenceTo = (run: AnalysisRun | undefined): RunReference | undefined => (run === undefined ? undefined : { id: run.id, phase: run.phase });

const runOf = (pass: Pass, reference: RunReference | undefined): AnalysisRun | undefined =>
  reference === undefined ? undefined : pass.runs.find(({ id }) => id === reference.id);

const needsNone = (pass: Pass): boolean => {
  const { status } = pass;
  if (isAborted(pass) || status.promoteFull || status.stable === '') return true;
  if (pass.version === '1.9') return pass.fresh.deadline !== undefined || isWithinRollbackWindow(pass);
  return isFullyPromoted(status) || isFastRollback(pass);
};

const cancel = (pass: Pass, run: AnalysisRun | undefined): void => {
  if (run !== undefined && !run.terminate && !isCompleted(run.phase) && !pass.terminated.includes(run.id)) pass.terminated.push(run.id);
};

const create = (pass: Pass, use: AnalysisUse, step: number | undefined): AnalysisRun => {
  const spec = pass.prepared.get(use);
  if (spec === undefined) throw new Error('an analysis of the Rollout was not prepared');
  const run = newRun(pass.state.nextRun + pass.created.length, pass.fresh.template, step, spec);
  pass.created.push(run);
  return run;
};

const reconcileStepRun = (pass: Pass, current: AnalysisRun | undefined): AnalysisRun | undefined => {
  const { spec, status } = pass;
  if (status.pauses.length > 0 || status.abort) return current;
  const at = status.step ?? 0;
  const step = spec.steps[at];
  if (step?.kind !== 'analysis' || step.analysis.templates.length === 0 || (current !== undefined && current.step !== at)) {
    cancel(pass, current);
    return undefined;
  }
  if (current === undefined || needsNew(pass, current)) return create(pass, step.analysis, at);
  heed(pass, current, 'Step-based analysis phase error/failed');
  return current;
};

const reconcileBackgroundRun = (pass: Pass, current: AnalysisRun | undefined): AnalysisRun | undefined => {
  const { spec, status } = pass;
  if (spec.background === undefined || spec.background.analysis.templates.length === 0) {
    cancel(pass, current);
    return undefined;
  }
  const isBefore = spec.steps.length > 0 && (status.step ?? 0) < spec.background.startingStep;
  if (isFullyPromoted(status) || status.stable === '' || status.current === '' || isBefore) return undefined;
  if (pauseOf(status, 'InconclusiveAnalysisRun') !== undefined) return current;
  if (current === undefined || needsNew(pass, current)) return create(pass, spec.background.analysis, undefined);
  heed(pass, current, 'Background analysis phase error/failed');
  return current;
};

/** After an inconclusive run that a person has resumed, and after an abort that was taken back (`needsNewAnalysisRun`). */
const needsNew = ({ status }: Pass, current: AnalysisRun): boolean => {
  if (status.controllerPause && pauseOf(status, 'CanaryPauseStep') === undefined) return current.phase === 'Inconclusive';
  return status.abortedAt !== undefined;
};

const heed = (pass: Pass, run: AnalysisRun, message: string): void => {
  if (run.phase === 'Inconclusive') pass.addedPauses.push('InconclusiveAnalysisRun');
  if (run.phase !== 'Failed' && run.phase !== 'Error') return;
  pass.addsAbort = true;
  pass.abortMessage = run.message === '' ? message : `${message}: ${run.message}`;
};
