import { GateError } from '#model/errors.ts';
import type { RuleInfo } from '#model/evaluator.ts';
import type { Snapshot } from '#model/ports.ts';
import { isFields, textAt, valueAt } from '#util/manifest.ts';
import { ruleInfo } from '#util/rule-info.ts';
import { formatPlace, SourceDocument } from '#util/source-yaml.ts';

/** What a rule's folder says to people: its metadata and its examples, as the files have them. */
export interface RuleSource {
  readonly info: RuleInfo;
  readonly scope: string;
  /** Arguments of results that the message does not use, each with its meaning: `custom.args`. */
  readonly args: ReadonlyMap<string, string>;
  /** Empty where the folder has no such file. */
  readonly allowed: string;
  readonly denied: string;
}

const ruleFile = /^(policies\/rules\/([^/]+)\/([^/]+))\/\3\.rego$/;

/** All rules of a snapshot in the order of their codes. No rule is compiled: opa reads the same metadata, and a test compares. */
export const ruleSources = (snapshot: Snapshot): RuleSource[] => {
  const text = (file: string): string => (snapshot.files.has(file) ? snapshot.read(file).toString() : '');
  return [...snapshot.files.keys()].sort().flatMap((file) => {
    const [, folder = '', area, rule] = ruleFile.exec(file) ?? [];
    if (rule === undefined) return [];
    const note = metadataIn(file, text(file));
    const info = ruleInfo(`${area}.${rule}`, note);
    return [
      { info, scope: textAt(note, 'custom', 'scope'), args: argsIn(note), allowed: text(`${folder}/allowed.yaml`), denied: text(`${folder}/denied.yaml`) },
    ];
  });
};

const argsIn = (note: unknown): Map<string, string> => {
  const args = valueAt(note, 'custom', 'args');
  return new Map(Object.entries(isFields(args) ? args : {}).map(([name, meaning]) => [name, String(meaning)]));
};

/** The comment block that begins with `# METADATA`; opa takes it up to the first line that is no comment. */
const metadataIn = (file: string, rego: string): unknown => {
  const lines = rego.split('\n');
  const from = lines.indexOf('# METADATA') + 1;
  if (from === 0) return undefined;
  const length = lines.slice(from).findIndex((line) => !line.startsWith('#'));
  const block = lines.slice(from, from + length).map((line) => line.replace(/^# ?/, ''));
  return yamlIn(file, [...Array<string>(from).fill(''), ...block].join('\n'));
};

const yamlIn = (file: string, text: string): unknown => {
  const { value, problems } = new SourceDocument(file, text);
  if (problems.length === 0) return value;
  throw new GateError('GATE_MALFORMED', 'usage', problems.map((p) => `${formatPlace(p)}: ${p.message}`).join('\n'), {
    hint: 'Mend the YAML there; a text with a colon or a brace stands in quotes.',
  });
};

/** Controls by identifier, like `SOC2 CC8.1`, each with what it asks for: `policies/controls.yaml`. */
export const controlsOf = (snapshot: Snapshot): Map<string, string> => {
  const file = 'policies/controls.yaml';
  const frameworks: unknown = snapshot.files.has(file) ? yamlIn(file, snapshot.read(file).toString()) : {};
  return new Map(
    Object.entries(isFields(frameworks) ? frameworks : {}).flatMap(([framework, controls]) =>
      Object.entries(isFields(controls) ? controls : {}).map(([id, text]): [string, string] => [`${framework} ${id}`, String(text)]),
    ),
  );
};
