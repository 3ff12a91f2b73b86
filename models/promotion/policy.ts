/** How a version may become the champion, as configured. */
export interface PromotionPolicy {
  /** What passed the gate is promoted at once, or waits for a person. */
  policy: 'gate' | 'approval';
  /** Two different people approve. */
  twoPeople: boolean;
  /** What passed the gate forecasts beside the champion for so long first; 0: not at all. */
  shadowDays: number;
  /** So long the version that had to go forecasts beside the new champion; 0: not at all. */
  probationDays: number;
  /** With what probability a trial may decide by chance alone. */
  alpha: number;
  /** Weeks of servers that a trial has seen before it decides anything. */
  minBlocks: number;
}

/** In force where the settings tell nothing else. */
export const PROMOTION_DEFAULTS: PromotionPolicy = {
  policy: 'gate',
  twoPeople: false,
  shadowDays: 0,
  probationDays: 28,
  alpha: 0.05,
  minBlocks: 8,
};
