export type Colour = 'green' | 'yellow' | 'orange' | 'red' | 'blue' | 'text' | 'transparent';

export interface Thresholds {
  mode: 'absolute';
  steps: { color: Colour; value: number | null }[];
}

/** One colour, whatever the value: nothing is known to be good or bad about it. */
export const plain = (color: Colour = 'text'): Thresholds => ({
  mode: 'absolute',
  steps: [{ color, value: null }],
});

/** Green below the first limit; each limit begins its colour. */
export const worseFrom = (...limits: [number, Colour][]): Thresholds => ({
  mode: 'absolute',
  steps: [{ color: 'green', value: null }, ...limits.map(([value, color]) => ({ color, value }))],
});

/** As `worseFrom`, on a chart where what is good has no colour of its own. */
export const lineAt = (...limits: [number, Colour][]): Thresholds => ({
  mode: 'absolute',
  steps: [{ color: 'transparent', value: null }, ...limits.map(([value, color]) => ({ color, value }))],
});
