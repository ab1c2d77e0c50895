import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { faultOf } from '../../test/support/faults.ts';
import { formatPlace, parseFacts, SourceDocument } from './source-yaml.ts';

const text = `# a comment
name: mro
placement:
  region: { replicas: 2, cpu: 250m }
  edge:
    replicas: 1
writes:
  - class: NRCellRelation
    operations: [set]
  - class: NRCellCU
`;

describe('the place of a value', () => {
  const document = new SourceDocument('agent.yaml', text);

  test.each([
    [['name'], 'agent.yaml:2:1'],
    [['placement', 'region', 'cpu'], 'agent.yaml:4:26'],
    [['placement', 'edge', 'replicas'], 'agent.yaml:6:5'],
    [['writes', 1], 'agent.yaml:10:5'],
    [['writes', 0, 'operations', 0], 'agent.yaml:9:18'],
    [[], 'agent.yaml:2:1'],
  ])('at %j is %s', (path, place) => {
    expect(formatPlace(document.placeOf(path))).toBe(place);
  });

  test.each([
    [['summary'], 'agent.yaml:2:1'],
    [['placement', 'hub', 'cpu'], 'agent.yaml:3:1'],
    [['placement', 'edge', 'cpu'], 'agent.yaml:5:3'],
    [['writes', 7, 'class'], 'agent.yaml:7:1'],
    [['writes', 1, 'range', 'min'], 'agent.yaml:10:5'],
    [['name', 'first'], 'agent.yaml:2:1'],
  ])('that is missing at %j is the place of its nearest parent, %s', (path, place) => {
    expect(formatPlace(document.placeOf(path))).toBe(place);
  });
});

describe('facts', () => {
  const schema = z.strictObject({ name: z.string(), replicas: z.int().min(1), place: z.strictObject({ tier: z.enum(['hub', 'edge']) }).optional() });
  const fault = (facts: string) => faultOf(() => parseFacts('facts.yaml', facts, schema));
  const malformed = (...lines: string[]) => ({ code: 'GATE_MALFORMED', fault: 'usage', message: lines.join('\n') });

  test('that meet their schema are the value', () => {
    expect(parseFacts('facts.yaml', 'name: mro\nreplicas: 2\n', schema)).toEqual({ name: 'mro', replicas: 2 });
  });

  test('with an unknown field are refused at the line of its key', () => {
    expect(fault('name: mro\nreplicas: 2\nplace:\n  tier: hub\n  teir: edge\n')).toEqual(malformed('facts.yaml:5:3: place: Unrecognized key: "teir"'));
    expect(fault('name: mro\nreplica: 2\nreplicas: 2\n')).toEqual(malformed('facts.yaml:2:1: (top): Unrecognized key: "replica"'));
  });

  test('with several problems are refused once, with every problem on its line', () => {
    expect(fault('name: 7\nreplicas: 0\nplace:\n  tier: moon\n')).toEqual(
      malformed(
        'facts.yaml:1:1: name: Invalid input: expected string, received number',
        'facts.yaml:2:1: replicas: Too small: expected number to be >=1',
        'facts.yaml:4:3: place.tier: Invalid option: expected one of "hub"|"edge"',
      ),
    );
  });

  test('without a needed field are refused at the nearest parent', () => {
    expect(fault('name: mro\n')).toEqual(malformed('facts.yaml:1:1: replicas: Invalid input: expected number, received undefined'));
  });

  test('that are no YAML are refused at the place of the mistake', () => {
    expect(fault('name: mro\nreplicas: [1\nplace: {}\n')).toEqual(
      malformed('facts.yaml:3:1: Flow sequence in block collection must be sufficiently indented and end with a ]'),
    );
  });

  test.each([
    ['two values for one key', 'name: mro\nname: other\nreplicas: 1\n', 'facts.yaml:2:1: Map keys must be unique'],
    ['no content', '', 'facts.yaml:1:1: expected a document, but the input is empty'],
    ['two documents', 'name: mro\n---\nname: other\n', 'facts.yaml:2:1: Source contains multiple documents; please use YAML.parseAllDocuments()'],
  ])('with %s are refused', (_, facts, message) => {
    expect(fault(facts)).toEqual(malformed(message));
  });
});
