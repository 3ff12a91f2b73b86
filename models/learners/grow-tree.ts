import type { Random } from '../random.ts';
import { type BinnedColumns, MISSING_BIN } from './bin-columns.ts';
import { type ColumnLayout, isLaidOut, layOutColumns } from './column-layout.ts';
import type { DecisionTree } from './decision-tree.ts';
import { findSplit, type Split } from './find-split.ts';
import {
  emptyHistogram,
  fillColumns,
  fillHistogram,
  type Histogram,
  SLOTS,
  subtractHistogram,
} from './leaf-histogram.ts';
import { NodeList } from './node-list.ts';
import {
  emptyPackedGradients,
  gradientOf,
  hessianOf,
  type PackedGradients,
  packGradients,
} from './pack-gradients.ts';

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

/** Of all columns. */
const MOST_COLUMNS = 0.6;

interface Leaf {
  node: number;
  depth: number;
  start: number;
  end: number;
  /** Packed sum of its rows. */
  total: number;
  histogram: Histogram | null;
  split: Split | null;
}

interface GrowthInput {
  gradient: Float64Array;
  hessian: Float64Array;
  /** Positions of the rows to learn from, ascending. */
  rows: Int32Array;
  /** The columns this tree may use. */
  columns: Int32Array;
  /** When given, each node looks at this many of them, drawn anew. */
  perNode?: { columns: number; random: Random };
  shrinkage: number;
  /** Told each leaf's answer and the rows in it (a view, valid during the call). */
  assign?: (answer: number, rows: Int32Array) => void;
}

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
  private readonly everyColumn: Int32Array;
  private readonly rows: Int32Array;
  private readonly spare: Int32Array;
  private readonly ordered: Float64Array;
  private readonly packed: PackedGradients;
  private readonly goesLeft = new Uint8Array(SLOTS);
  private readonly freeHistograms: Histogram[] = [];
  private layout: ColumnLayout;
  /** Of the columns that the tree may use, in the layout. */
  private places = new Int32Array(0);

  constructor(binned: BinnedColumns, limits: GrowthLimits) {
    this.binned = binned;
    this.limits = limits;
    this.everyColumn = Int32Array.from(binned.codes.keys());
    this.rows = new Int32Array(binned.rows);
    this.spare = new Int32Array(binned.rows);
    this.ordered = new Float64Array(binned.rows);
    this.packed = emptyPackedGradients(binned.rows);
    this.layout = layOutColumns(binned, new Int32Array(0), false, null);
  }

  grow(input: GrowthInput): DecisionTree {
    this.rows.set(input.rows);
    packGradients(input.gradient, input.hessian, input.rows, this.packed);
    this.layOut(input);
    const nodes = new NodeList(2 * this.limits.maxLeaves - 1);
    const leaves = [this.root(nodes.add(), input)];
    while (leaves.length < this.limits.maxLeaves) {
      const best = mostGain(leaves);
      if (best < 0) break;
      const parent = leaves[best]!;
      const [left, right] = this.divide(parent, nodes);
      leaves[best] = left;
      leaves.push(right);
      const finished = leaves.length === this.limits.maxLeaves;
      this.prepareChildren(parent, left, right, input, finished);
    }
    for (const leaf of leaves) {
      this.finish(leaf, nodes, input);
      this.release(leaf);
    }
    return nodes.tree();
  }

  /** Where a tree may use most columns, all are laid out once: sums that nobody asks for cost less than new blocks. */
  private layOut({ columns, perNode }: GrowthInput): void {
    const withBlocks = perNode === undefined;
    const takesMost = withBlocks && columns.length >= MOST_COLUMNS * this.everyColumn.length;
    const laidOut = takesMost ? this.everyColumn : columns;
    if (!isLaidOut(this.layout, laidOut)) {
      this.layout = layOutColumns(this.binned, laidOut, withBlocks, this.layout);
    }
    this.places = takesMost ? columns.slice() : Int32Array.from(columns.keys());
  }

  private root(node: number, input: GrowthInput): Leaf {
    let total = 0;
    for (let i = 0; i < input.rows.length; i++) total += this.packed.values[input.rows[i]!]!;
    const end = input.rows.length;
    const root: Leaf = { node, depth: 0, start: 0, end, total, histogram: null, split: null };
    this.prepare(root, input);
    return root;
  }

  /** The answer comes from the floats, not from their packed steps. */
  private finish(leaf: Leaf, nodes: NodeList, { gradient, hessian, shrinkage, assign }: GrowthInput): void {
    const { rows } = this;
    let sumGradient = 0;
    let sumHessian = 0;
    for (let i = leaf.start; i < leaf.end; i++) {
      sumGradient += gradient[rows[i]!]!;
      sumHessian += hessian[rows[i]!]!;
    }
    // Adding 0 turns -0 into 0.
    const answer = (-sumGradient / (sumHessian + this.limits.l2)) * shrinkage + 0;
    nodes.finish(leaf.node, answer, sumHessian);
    assign?.(answer, rows.subarray(leaf.start, leaf.end));
  }

  private prepare(leaf: Leaf, input: GrowthInput): void {
    const places = input.perNode === undefined ? this.places : drawPlaces(this.places, input.perNode);
    this.fill(leaf, places);
    leaf.split = this.bestSplit(leaf, places);
  }

  private prepareChildren(
    parent: Leaf,
    left: Leaf,
    right: Leaf,
    input: GrowthInput,
    finished: boolean,
  ): void {
    const minHessian = 2 * this.limits.minChildHessian * this.packed.hessianScale;
    const splittable = (leaf: Leaf) =>
      !finished &&
      leaf.depth < this.limits.maxDepth &&
      hessianOf(leaf.total) >= minHessian &&
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
      this.fill(small, this.places);
      subtractHistogram(parent.histogram!, small.histogram!, this.layout);
      large.histogram = parent.histogram;
      parent.histogram = null;
      large.split = this.bestSplit(large, this.places);
      if (splittable(small)) small.split = this.bestSplit(small, this.places);
    } else {
      this.release(parent);
      if (splittable(small)) this.prepare(small, input);
    }
  }

  private release(leaf: Leaf): void {
    if (leaf.histogram !== null) this.freeHistograms.push(leaf.histogram);
    leaf.histogram = null;
  }

  private fill(leaf: Leaf, places: Int32Array): void {
    const { rows, layout } = this;
    const histogram = this.freeHistograms.pop() ?? emptyHistogram(this.binned.codes.length);
    const range = { rows, start: leaf.start, end: leaf.end };
    const ordered = this.inOrder(leaf);
    if (places === this.places && layout.blocks.length > 0) fillHistogram(histogram, layout, range, ordered);
    else fillColumns(histogram, layout, places, range, ordered);
    leaf.histogram = histogram;
  }

  /** Gradients in the order of the leaf's rows: gathered once, so that the loops over columns read them in a row. */
  private inOrder({ start, end }: Leaf): Float64Array {
    const { rows, ordered } = this;
    const { values } = this.packed;
    for (let i = start, j = 0; i < end; i++, j++) ordered[j] = values[rows[i]!]!;
    return ordered;
  }

  /** Gains and limits are in units of the floats, sums in steps: scores are turned from one into the other. */
  private bestSplit(leaf: Leaf, places: Int32Array): Split | null {
    const { l2, minChildHessian, minChildRows, minGain } = this.limits;
    const { gradientScale, hessianScale } = this.packed;
    const gradient = gradientOf(leaf.total);
    const hessian = hessianOf(leaf.total);
    const scoreScale = (gradientScale * gradientScale) / hessianScale;
    const parentScore = (gradient * gradient) / (hessian + l2 * hessianScale);
    // Rows of a child are estimated from its share of the hessian: counting them would cost a further sum.
    const minHessian = Math.max(
      minChildHessian * hessianScale,
      (minChildRows * hessian) / (leaf.end - leaf.start),
    );
    const split = findSplit(leaf.histogram!, this.layout.bins, places, leaf.total, {
      l2: l2 * hessianScale,
      minHessian,
      minScore: parentScore + minGain * scoreScale,
    });
    return split && { ...split, gain: (split.gain - parentScore) / scoreScale };
  }

  private divide(parent: Leaf, nodes: NodeList): [Leaf, Leaf] {
    const { column: place, bin, missingLeft, left } = parent.split!;
    const column = this.layout.columns[place]!;
    const middle = this.partition(parent, column, bin, missingLeft);
    // Beyond the last edge lies nothing but missing values: every known value goes left.
    const threshold = this.binned.edges[column]![bin] ?? Number.MAX_VALUE;
    const [leftNode, rightNode] = nodes.split(parent.node, column, threshold, missingLeft);
    const depth = parent.depth + 1;
    const empty = { depth, histogram: null, split: null };
    return [
      { ...empty, node: leftNode, start: parent.start, end: middle, total: left },
      { ...empty, node: rightNode, start: middle, end: parent.end, total: parent.total - left },
    ];
  }

  /** Brings the rows that go left before the others, both in their order. Returns where the others begin. */
  private partition({ start, end }: Leaf, column: number, bin: number, missingLeft: boolean): number {
    const { rows, spare, goesLeft } = this;
    const codes = this.binned.codes[column]!;
    goesLeft.fill(1, 0, bin + 1).fill(0, bin + 1);
    goesLeft[MISSING_BIN] = missingLeft ? 1 : 0;
    let middle = start;
    let right = 0;
    // Both are written and one counts: a branch would be guessed wrongly for every other row.
    for (let i = start; i < end; i++) {
      const row = rows[i]!;
      const left = goesLeft[codes[row]!]!;
      rows[middle] = row;
      spare[right] = row;
      middle += left;
      right += 1 - left;
    }
    rows.set(spare.subarray(0, right), middle);
    return middle;
  }
}

function mostGain(leaves: readonly Leaf[]): number {
  let best = -1;
  for (let i = 0; i < leaves.length; i++) {
    const split = leaves[i]!.split;
    if (split !== null && (best < 0 || split.gain > leaves[best]!.split!.gain)) best = i;
  }
  return best;
}

/** The first `count` of a partial shuffle, ascending. */
function drawPlaces(places: Int32Array, { columns: count, random }: { columns: number; random: Random }) {
  const drawn = places.slice();
  const wanted = Math.min(count, drawn.length);
  for (let i = 0; i < wanted; i++) {
    const j = i + random.below(drawn.length - i);
    [drawn[i], drawn[j]] = [drawn[j]!, drawn[i]!];
  }
  return drawn.subarray(0, wanted).sort();
}
