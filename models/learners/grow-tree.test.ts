import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { binColumns } from './bin-columns.ts';
import { answerOf, type DecisionTree } from './decision-tree.ts';
import { type GrowthLimits, TreeGrower } from './grow-tree.ts';

const ROWS = 160;
const COLUMNS = 6;
const LIMITS: GrowthLimits = {
  maxLeaves: 8,
  maxDepth: 5,
  minChildHessian: 1e-3,
  minChildRows: 6,
  l2: 1.5,
  minGain: 1e-9,
};

/** Columns of many and of few values, some missing; gradients as a loss under way has them, with unequal weights. */
function invented(seed: number) {
  const random = seededRandom(seed);
  const columns = Array.from({ length: COLUMNS }, (_, c) =>
    Float64Array.from({ length: ROWS }, () => {
      if (c % 2 === 1 && random.uniform() < 0.15) return Number.NaN;
      return c < 2 ? random.below(3) : random.normal();
    }),
  );
  const gradient = Float64Array.from({ length: ROWS }, (_, r) => {
    const drift = columns[2]![r]! > 0.3 && !(columns[1]![r]! > 0) ? 1 : -0.3;
    return drift + random.normal();
  });
  const hessian = Float64Array.from({ length: ROWS }, () => 0.02 + random.uniform());
  return { columns, gradient, hessian };
}
type Invented = ReturnType<typeof invented>;

const everyRow = Int32Array.from({ length: ROWS }, (_, r) => r);
const everyColumn = Int32Array.from({ length: COLUMNS }, (_, c) => c);

interface PlainLeaf {
  node: number;
  depth: number;
  rows: number[];
}

/**
 * The same tree without a histogram, subtraction or packing: every split of every leaf is tried by going through its
 * rows and adding floats. Ties go to the first, as far as floats can tell.
 */
function plainTree({ columns, gradient, hessian }: Invented, shrinkage: number) {
  const { edges } = binColumns(columns, ROWS);
  const { l2, minChildHessian, minChildRows, minGain, maxDepth, maxLeaves } = LIMITS;
  const sums = (rows: number[]) => {
    let g = 0;
    let h = 0;
    for (const r of rows) {
      g += gradient[r]!;
      h += hessian[r]!;
    }
    return { g, h, score: (g * g) / (h + l2) };
  };
  const bestSplit = (leaf: PlainLeaf) => {
    const all = sums(leaf.rows);
    const least = Math.max(minChildHessian, (minChildRows * all.h) / leaf.rows.length);
    let best: { gain: number; column: number; threshold: number; missingLeft: boolean } | null = null;
    if (leaf.depth >= maxDepth || leaf.rows.length < 2 * minChildRows) return null;
    for (let column = 0; column < COLUMNS; column++) {
      const values = columns[column]!;
      const anyMissing = leaf.rows.some((r) => Number.isNaN(values[r]!));
      for (const missing of anyMissing ? [false, true] : [false]) {
        for (const threshold of [...edges[column]!, Number.MAX_VALUE]) {
          const goesLeft = (r: number) => (Number.isNaN(values[r]!) ? missing : values[r]! < threshold);
          const left = sums(leaf.rows.filter(goesLeft));
          const right = sums(leaf.rows.filter((r) => !goesLeft(r)));
          if (left.h < least || right.h < least) continue;
          const gain = left.score + right.score - all.score;
          if (gain < minGain || (best !== null && gain <= best.gain * (1 + 1e-9))) continue;
          best = { gain, column, threshold, missingLeft: anyMissing ? missing : left.h > right.h };
        }
      }
    }
    return best;
  };
  const nodes: { feature: number; threshold: number; missingLeft: number; left: number; right: number }[] =
    [];
  const add = () => nodes.push({ feature: -1, threshold: 0, missingLeft: 0, left: -1, right: -1 }) - 1;
  const root: PlainLeaf = { node: add(), depth: 0, rows: [...everyRow] };
  const leaves = [{ leaf: root, split: bestSplit(root) }];
  while (leaves.length < maxLeaves) {
    const next = leaves.reduce((a, b) => ((b.split?.gain ?? 0) > (a.split?.gain ?? 0) ? b : a));
    if (next.split === null) break;
    const { column, threshold, missingLeft } = next.split;
    const { node, depth, rows } = next.leaf;
    const values = columns[column]!;
    const goesLeft = (r: number) => (Number.isNaN(values[r]!) ? missingLeft : values[r]! < threshold);
    const children = [rows.filter(goesLeft), rows.filter((r) => !goesLeft(r))].map((part) => {
      const leaf = { node: add(), depth: depth + 1, rows: part };
      return { leaf, split: bestSplit(leaf) };
    });
    nodes[node] = {
      feature: column,
      threshold,
      missingLeft: missingLeft ? 1 : 0,
      left: children[0]!.leaf.node,
      right: children[1]!.leaf.node,
    };
    leaves[leaves.indexOf(next)] = children[0]!;
    leaves.push(children[1]!);
  }
  const answers = leaves.map(({ leaf }) => {
    const { g, h } = sums(leaf.rows);
    return { node: leaf.node, rows: leaf.rows, answer: (-g / (h + l2)) * shrinkage, cover: h };
  });
  return { nodes, answers };
}

const grown = (data: Invented) =>
  new TreeGrower(binColumns(data.columns, ROWS), LIMITS).grow({
    ...data,
    rows: everyRow,
    columns: everyColumn,
    shrinkage: 0.1,
  });

const nodesOf = ({ feature, threshold, missingLeft, left, right }: DecisionTree) =>
  Array.from(feature, (_, node) => ({
    feature: feature[node],
    threshold: threshold[node],
    missingLeft: missingLeft[node],
    left: left[node],
    right: right[node],
  }));

describe('a grown tree', () => {
  it('is the one that trying every split row by row finds', () => {
    let leaves = 0;
    for (let seed = 1; seed <= 25; seed++) {
      const data = invented(seed);
      const tree = grown(data);
      const { nodes, answers } = plainTree(data, 0.1);
      expect(nodesOf(tree)).toEqual(nodes);
      for (const { node, rows, answer, cover } of answers) {
        expect(tree.value[node]).toBeCloseTo(answer, 12);
        expect(tree.cover[node]).toBeCloseTo(cover, 10);
        for (const row of rows) expect(answerOf(tree, data.columns, row)).toBe(tree.value[node]);
      }
      leaves += answers.length;
    }
    expect(leaves).toBeGreaterThan(150);
  });

  it('tells every row its answer', () => {
    const data = invented(3);
    const told = new Float64Array(ROWS).fill(Number.NaN);
    const assign = (answer: number, rows: Int32Array) => {
      for (const row of rows) told[row] = answer;
    };
    const grower = new TreeGrower(binColumns(data.columns, ROWS), LIMITS);
    const tree = grower.grow({ ...data, rows: everyRow, columns: everyColumn, shrinkage: 1, assign });
    expect([...told]).toEqual(Array.from(everyRow, (row) => answerOf(tree, data.columns, row)));
  });

  it('learns from the given rows alone', () => {
    const data = invented(4);
    const rows = everyRow.filter((row) => row % 3 !== 0);
    const elsewhere = { ...data, gradient: data.gradient.map((g, row) => (row % 3 === 0 ? 1000 : g)) };
    const [one, other] = [data, elsewhere].map(({ columns, gradient, hessian }) =>
      new TreeGrower(binColumns(columns, ROWS), LIMITS).grow({
        gradient,
        hessian,
        rows,
        columns: everyColumn,
        shrinkage: 1,
      }),
    );
    expect(other).toEqual(one);
  });

  it('is the same whether each node may see all columns or all are drawn for each node', () => {
    const data = invented(5);
    const drawn = new TreeGrower(binColumns(data.columns, ROWS), LIMITS).grow({
      ...data,
      rows: everyRow,
      columns: everyColumn,
      perNode: { columns: COLUMNS, random: seededRandom(1) },
      shrinkage: 0.1,
    });
    expect(drawn).toEqual(grown(data));
  });

  it('does not depend on the trees that were grown before, of other columns', () => {
    const data = invented(6);
    const grower = new TreeGrower(binColumns(data.columns, ROWS), LIMITS);
    const grow = (columns: Int32Array) => grower.grow({ ...data, rows: everyRow, columns, shrinkage: 0.1 });
    const some = grow(Int32Array.of(1, 2, 3, 4, 5));
    expect(some.feature.every((column) => column !== 0)).toBe(true);
    expect(grow(everyColumn)).toEqual(grown(data));
  });

  it('is one leaf where nothing can be told apart', () => {
    const columns = [new Float64Array(ROWS)];
    const tree = new TreeGrower(binColumns(columns, ROWS), LIMITS).grow({
      ...invented(1),
      rows: everyRow,
      columns: Int32Array.of(0),
      shrinkage: 1,
    });
    expect(tree.feature).toEqual(Int16Array.of(-1));
  });
});
