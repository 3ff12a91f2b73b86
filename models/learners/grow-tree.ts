import type { Random } from '../random.ts';
import { type BinnedColumns, MISSING_BIN } from './bin-columns.ts';
import type { DecisionTree } from './decision-tree.ts';

export interface GrowthLimits {
  maxLeaves: number;
  maxDepth: number;
  /** Least sum of hessians in a child. */
  minChildHessian: number;
  /** Least rows in a child, estimated from the hessians. */
  minChildRows: number;
  l2: number;
  minGain: number;
}

interface Leaf {
  node: number;
  depth: number;
  start: number;
  end: number;
  gradient: number;
  hessian: number;
  histogram: Float64Array | null;
  split: Split | null;
}

interface Split {
  gain: number;
  column: number;
  /** Codes up to this one go left. */
  bin: number;
  missingLeft: boolean;
  leftGradient: number;
  leftHessian: number;
}

/** Gradient and hessian for each of 256 codes of one column. */
const SLOTS = 512;

/**
 * Grows one tree leaf by leaf, always where the loss falls most, on second-order gains over histograms.
 *
 * Gain and leaf weight as in Chen & Guestrin, "XGBoost" (2016), eq. 6 and 7; best-first growth, histogram
 * subtraction and rows estimated from hessians as in Ke et al., "LightGBM" (2017). A missing value goes where
 * the gain is larger; where none was seen, to the heavier child.
 *
 * One grower serves many trees over the same columns: it keeps its buffers.
 */
export class TreeGrower {
  private readonly binned: BinnedColumns;
  private readonly limits: GrowthLimits;
  private readonly rows: Int32Array;
  private readonly spare: Int32Array;
  private readonly orderedGradient: Float64Array;
  private readonly orderedHessian: Float64Array;
  private readonly freeHistograms: Float64Array[] = [];
  private gradient: Float64Array = new Float64Array(0);
  private hessian: Float64Array = new Float64Array(0);

  constructor(binned: BinnedColumns, limits: GrowthLimits) {
    this.binned = binned;
    this.limits = limits;
    this.rows = new Int32Array(binned.rows);
    this.spare = new Int32Array(binned.rows);
    this.orderedGradient = new Float64Array(binned.rows);
    this.orderedHessian = new Float64Array(binned.rows);
  }

  /**
   * @param rows positions of the rows to learn from, ascending
   * @param columns the columns this tree may use
   * @param perNode when given, each node looks at this many of them, drawn anew
   * @param assign told each leaf's answer and the rows in it (a view, valid during the call)
   */
  grow(input: {
    gradient: Float64Array;
    hessian: Float64Array;
    rows: Int32Array;
    columns: Int32Array;
    perNode?: { columns: number; random: Random };
    shrinkage: number;
    assign?: (answer: number, rows: Int32Array) => void;
  }): DecisionTree {
    this.gradient = input.gradient;
    this.hessian = input.hessian;
    this.rows.set(input.rows);
    const nodes = new NodeList(2 * this.limits.maxLeaves - 1);
    const root = this.leafOver(nodes.add(), 0, 0, input.rows.length);
    this.prepare(root, input);
    const leaves = [root];
    while (leaves.length < this.limits.maxLeaves) {
      let best = -1;
      for (let i = 0; i < leaves.length; i++) {
        const split = leaves[i]!.split;
        if (split !== null && (best < 0 || split.gain > leaves[best]!.split!.gain)) best = i;
      }
      if (best < 0) break;
      const parent = leaves[best]!;
      const [left, right] = this.divide(parent, nodes);
      leaves[best] = left;
      leaves.push(right);
      const finished = leaves.length === this.limits.maxLeaves;
      this.prepareChildren(parent, left, right, input, finished);
    }
    for (const leaf of leaves) {
      const answer = (-leaf.gradient / (leaf.hessian + this.limits.l2)) * input.shrinkage + 0;
      nodes.finish(leaf.node, answer, leaf.hessian);
      this.release(leaf);
      input.assign?.(answer, this.rows.subarray(leaf.start, leaf.end));
    }
    return nodes.tree();
  }

  private leafOver(node: number, depth: number, start: number, end: number): Leaf {
    let gradient = 0;
    let hessian = 0;
    for (let i = start; i < end; i++) {
      gradient += this.gradient[this.rows[i]!]!;
      hessian += this.hessian[this.rows[i]!]!;
    }
    return { node, depth, start, end, gradient, hessian, histogram: null, split: null };
  }

  private prepare(leaf: Leaf, input: { columns: Int32Array; perNode?: { columns: number; random: Random } }) {
    const columns = input.perNode === undefined ? input.columns : drawColumns(input.columns, input.perNode);
    leaf.histogram = this.freeHistograms.pop() ?? new Float64Array(this.binned.codes.length * SLOTS);
    this.fill(leaf, columns);
    leaf.split = this.bestSplit(leaf, columns);
  }

  private prepareChildren(
    parent: Leaf,
    left: Leaf,
    right: Leaf,
    input: { columns: Int32Array; perNode?: { columns: number; random: Random } },
    finished: boolean,
  ): void {
    const splittable = (leaf: Leaf) =>
      !finished &&
      leaf.depth < this.limits.maxDepth &&
      leaf.hessian >= 2 * this.limits.minChildHessian &&
      leaf.end - leaf.start >= 2 * this.limits.minChildRows;
    if (input.perNode !== undefined) {
      // Other columns at every node: nothing of the parent's histogram can be reused.
      this.release(parent);
      for (const leaf of [left, right]) {
        if (!splittable(leaf)) continue;
        this.prepare(leaf, input);
        this.release(leaf);
      }
      return;
    }
    const [small, large] = left.end - left.start <= right.end - right.start ? [left, right] : [right, left];
    if (splittable(large)) {
      small.histogram = this.freeHistograms.pop() ?? new Float64Array(this.binned.codes.length * SLOTS);
      this.fill(small, input.columns);
      subtract(parent.histogram!, small.histogram, input.columns);
      large.histogram = parent.histogram;
      parent.histogram = null;
      large.split = this.bestSplit(large, input.columns);
      if (splittable(small)) small.split = this.bestSplit(small, input.columns);
    } else {
      this.release(parent);
      if (splittable(small)) this.prepare(small, input);
    }
  }

  private release(leaf: Leaf): void {
    if (leaf.histogram !== null) this.freeHistograms.push(leaf.histogram);
    leaf.histogram = null;
  }

  private fill(leaf: Leaf, columns: Int32Array): void {
    const { start, end } = leaf;
    const { rows, orderedGradient, orderedHessian, gradient, hessian } = this;
    const histogram = leaf.histogram!;
    // Gathered once, so that the loop over columns reads them in order.
    for (let i = start, j = 0; i < end; i++, j++) {
      orderedGradient[j] = gradient[rows[i]!]!;
      orderedHessian[j] = hessian[rows[i]!]!;
    }
    for (const column of columns) {
      const slots = histogram.subarray(column * SLOTS, (column + 1) * SLOTS);
      slots.fill(0);
      addUp(slots, this.binned.codes[column]!, rows, start, end, orderedGradient, orderedHessian);
    }
  }

  private bestSplit(leaf: Leaf, columns: Int32Array): Split | null {
    const { l2, minChildHessian, minChildRows, minGain } = this.limits;
    const { gradient: G, hessian: H } = leaf;
    const histogram = leaf.histogram!;
    // Rows of a child are estimated from its share of the hessian: counting them would cost a third sum.
    const minHessian = Math.max(minChildHessian, (minChildRows * H) / (leaf.end - leaf.start));
    const parentScore = (G * G) / (H + l2);
    let found: Split | null = null;
    let bestGain = minGain;
    for (const column of columns) {
      const base = column * SLOTS;
      const missingG = histogram[base + 2 * MISSING_BIN]!;
      const missingH = histogram[base + 2 * MISSING_BIN + 1]!;
      const hasMissing = missingH > 1e-12;
      const bins = this.binned.edges[column]!.length + 1;
      const lastBin = hasMissing ? bins - 1 : bins - 2;
      let sumG = 0;
      let sumH = 0;
      for (let bin = 0; bin <= lastBin; bin++) {
        const h = histogram[base + 2 * bin + 1]!;
        if (h === 0 && bin < lastBin) continue;
        sumG += histogram[base + 2 * bin]!;
        sumH += h;
        for (let side = 0; side <= (hasMissing ? 1 : 0); side++) {
          const leftG = sumG + (side === 1 ? missingG : 0);
          const leftH = sumH + (side === 1 ? missingH : 0);
          const rightG = G - leftG;
          const rightH = H - leftH;
          if (leftH < minHessian || rightH < minHessian) continue;
          const gain = (leftG * leftG) / (leftH + l2) + (rightG * rightG) / (rightH + l2) - parentScore;
          if (gain > bestGain) {
            bestGain = gain;
            const missingLeft = hasMissing ? side === 1 : leftH > rightH;
            found = { gain, column, bin, missingLeft, leftGradient: leftG, leftHessian: leftH };
          }
        }
      }
    }
    return found;
  }

  private divide(parent: Leaf, nodes: NodeList): [Leaf, Leaf] {
    const { column, bin, missingLeft } = parent.split!;
    const codes = this.binned.codes[column]!;
    const { rows, spare } = this;
    let middle = parent.start;
    let right = 0;
    for (let i = parent.start; i < parent.end; i++) {
      const row = rows[i]!;
      const code = codes[row]!;
      if (code === MISSING_BIN ? missingLeft : code <= bin) rows[middle++] = row;
      else spare[right++] = row;
    }
    rows.set(spare.subarray(0, right), middle);
    // Beyond the last edge lies nothing but missing values: every known value goes left.
    const threshold = this.binned.edges[column]![bin] ?? Number.MAX_VALUE;
    const children = nodes.split(parent.node, column, threshold, missingLeft, parent.hessian);
    return [
      this.leafOver(children[0], parent.depth + 1, parent.start, middle),
      this.leafOver(children[1], parent.depth + 1, middle, parent.end),
    ];
  }
}

function addUp(
  slots: Float64Array,
  codes: Uint8Array,
  rows: Int32Array,
  start: number,
  end: number,
  gradient: Float64Array,
  hessian: Float64Array,
): void {
  for (let i = start, j = 0; i < end; i++, j++) {
    const slot = codes[rows[i]!]! << 1;
    slots[slot]! += gradient[j]!;
    slots[slot + 1]! += hessian[j]!;
  }
}

function subtract(from: Float64Array, part: Float64Array, columns: Int32Array): void {
  for (const column of columns) {
    for (let i = column * SLOTS, end = i + SLOTS; i < end; i++) from[i]! -= part[i]!;
  }
}

/** The first `count` of a partial shuffle, ascending. */
function drawColumns(columns: Int32Array, { columns: count, random }: { columns: number; random: Random }) {
  const drawn = columns.slice();
  const wanted = Math.min(count, drawn.length);
  for (let i = 0; i < wanted; i++) {
    const j = i + random.below(drawn.length - i);
    [drawn[i], drawn[j]] = [drawn[j]!, drawn[i]!];
  }
  return drawn.subarray(0, wanted).sort();
}

/** The nodes of a growing tree. */
class NodeList {
  private count = 0;
  private readonly all: DecisionTree;

  constructor(capacity: number) {
    this.all = {
      feature: new Int16Array(capacity).fill(-1),
      threshold: new Float64Array(capacity),
      missingLeft: new Uint8Array(capacity),
      left: new Int32Array(capacity).fill(-1),
      right: new Int32Array(capacity).fill(-1),
      value: new Float64Array(capacity),
      cover: new Float64Array(capacity),
    };
  }

  add(): number {
    return this.count++;
  }

  split(
    node: number,
    column: number,
    threshold: number,
    missingLeft: boolean,
    cover: number,
  ): [number, number] {
    this.all.feature[node] = column;
    this.all.threshold[node] = threshold;
    this.all.missingLeft[node] = missingLeft ? 1 : 0;
    this.all.cover[node] = cover;
    const left = this.add();
    const right = this.add();
    this.all.left[node] = left;
    this.all.right[node] = right;
    return [left, right];
  }

  finish(node: number, value: number, cover: number): void {
    this.all.value[node] = value;
    this.all.cover[node] = cover;
  }

  tree(): DecisionTree {
    const { all, count } = this;
    return {
      feature: all.feature.slice(0, count),
      threshold: all.threshold.slice(0, count),
      missingLeft: all.missingLeft.slice(0, count),
      left: all.left.slice(0, count),
      right: all.right.slice(0, count),
      value: all.value.slice(0, count),
      cover: all.cover.slice(0, count),
    };
  }
}
