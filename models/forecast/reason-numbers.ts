/** How sentences write numbers; `comma` makes the French form of a decimal number. */
/** In French 0 and 1.5 are singular, in English only 1 is. */
export const pluralFr = (count: number, one: string, many: string) => (Math.abs(count) >= 2 ? many : one);
export const plural = (count: number, one: string, many: string) => (Math.abs(count) === 1 ? one : many);
export const whole = (value: number) => Math.round(value).toString();
export const percent = (share: number) => `${Math.round(100 * share)} %`;
export const tenth = (value: number) => (Math.round(value * 10) / 10).toString();
export const comma = (number: string) => number.replace('.', ',');
