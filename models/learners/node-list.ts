import type { DecisionTree } from './decision-tree.ts';

/** The nodes of a growing tree. */
export class NodeList {
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

  split(node: number, column: number, threshold: number, missingLeft: boolean): [number, number] {
    this.all.feature[node] = column;
    this.all.threshold[node] = threshold;
    this.all.missingLeft[node] = missingLeft ? 1 : 0;
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
    // Children come after their parent, so that backwards every child is finished before it is counted.
    for (let node = count - 1; node >= 0; node--) {
      if (all.feature[node]! >= 0)
        all.cover[node] = all.cover[all.left[node]!]! + all.cover[all.right[node]!]!;
    }
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
