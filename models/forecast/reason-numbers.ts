/** How sentences write numbers; `comma` makes the French form of a decimal number. */
export const plural = (count: number, one: string, many: string) => (Math.abs(count) >= 2 ? many : one);
export const whole = (value: number) => Math.round(value).toString();
export const percent = (share: number) => `${Math.round(100 * share)} %`;
export const tenth = (value: number) => (Math.round(value * 10) / 10).toString();
export const comma = (number: string) => number.replace('.', ',');
