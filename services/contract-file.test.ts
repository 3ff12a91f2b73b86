import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeContract } from '../models/contract/describe-contract.ts';
import { validateContract } from '../models/contract/validate-contract.ts';
import { contractArbitrary } from '../tests/contract-arbitraries.ts';
import { contractYaml, InvalidContract, MAX_CONTRACT_BYTES, parseContract } from './contract-file.ts';

const parse = (text: string) => parseContract(text, 'c.yaml', validateContract);
const problem = (text: string): string => {
  try {
    parse(text);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidContract);
    return (error as Error).message;
  }
  throw new Error('it was read');
};

const YAML = `# ours
version: 1
kind: runs
owner: ann
columns:
  - {name: job_id, field: job, type: text, required: true}
  - name: début
    field: startedAt
    type: instant
    required: true
  - name: statut
    field: status
    type: status
    required: true
    enumeration: [ok, "no"]
`;

describe('parseContract', () => {
  it('reads what a person writes', () => {
    expect(parse(YAML)).toMatchObject({
      owner: 'ann',
      columns: [{ name: 'job_id' }, {}, { enumeration: ['ok', 'no'] }],
    });
  });

  it.each([
    [
      YAML.replace('kind: runs', 'kind: rnus'),
      'c.yaml: line 3: kind: expected runs or metrics, found "rnus"',
    ],
    [
      YAML.replace('type: instant', 'type: date'),
      'c.yaml: line 9: columns[1].type: expected text or integer or number or instant or duration or status or boolean, found "date"',
    ],
    [
      YAML.replace('[ok, "no"]', '[ok, 1]'),
      'c.yaml: line 15: columns[2].enumeration[1]: expected a text (in quotes where it looks like something else), found 1 (number)',
    ],
    [
      YAML.replace('    type: instant\n', ''),
      'c.yaml: line 7: columns[1].type: expected text or integer or number or instant or duration or status or boolean, found nothing',
    ],
    [
      YAML.replace('version: 1', 'version: [1'),
      'c.yaml: line 3: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    [YAML.replace('owner: ann', 'kind: metrics'), 'c.yaml: line 4: the key "kind" is told twice'],
    [`${YAML}---\n${YAML}`, expect.stringMatching(/^c\.yaml: line \d+: Source contains multiple documents/)],
    [
      '',
      'c.yaml: line 1: contract: expected an object with version, kind, owner, freshness, timeZone, extra, columns, found null',
    ],
  ])('%#: says where and what', (text, message) => {
    expect(problem(text)).toEqual(message);
  });

  it.each([
    ['brackets', '['.repeat(400_000)],
    ['dashes', '- '.repeat(200_000)],
    ['indents', Array.from({ length: 900 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['keys', Array.from({ length: 30_000 }, (_, i) => `k${i}: 1`).join('\n')],
    ['bytes', 'a'.repeat(MAX_CONTRACT_BYTES + 1)],
    [
      'aliases',
      'bcdefghij'
        .split('')
        .reduce(
          (text, name, i) =>
            `${text}${name}: &${name} [${new Array(9).fill(`*${'abcdefghij'[i]}`).join(', ')}]\n`,
          'a: &a [x, x, x]\n',
        ),
    ],
  ])('refuses a bomb of %s in bounded time', { timeout: 20_000 }, (_, text) => {
    expect(problem(text).length).toBeLessThan(10_000);
  });
});

describe('contractYaml', () => {
  it('writes what is read back the same', () => {
    fc.assert(
      fc.property(contractArbitrary, (contract) => {
        expect(parse(contractYaml(describeContract(contract)))).toEqual(contract);
      }),
    );
  });

  it('puts the evidence beside what it is about, and it stays a comment whatever it says', () => {
    const contract = parse(YAML);
    const columns = [['such as "# a: b"'], ['two', 'lines'], []];
    const text = contractYaml(describeContract(contract), { head: ['top - {'], columns });
    expect(text).toContain('# top - {\n');
    expect(text).toContain('  # such as "# a: b"\n  - name: job_id\n');
    expect(text).toContain('  # two\n  # lines\n  - name: début\n');
    expect(parse(text)).toEqual(contract);
  });
});
