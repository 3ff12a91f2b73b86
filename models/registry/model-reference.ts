/** Which version is meant: by number, by alias, or the newest. */
export type ModelReference =
  | { model: string; by: 'version'; version: number }
  | { model: string; by: 'alias'; alias: 'champion' | 'challenger' | 'shadow' }
  | { model: string; by: 'latest' };

const ALIASES = ['champion', 'challenger', 'shadow'] as const;
const LARGEST_VERSION = 2_147_483_647;
const FORM =
  /^(?:models:\/)?(?:(?<model>[^/@:\s]{1,200})(?=[/@]))?(?:\/(?<of>[^/@\s]+)|@(?<alias>[^/@\s]+))$/;

/**
 * Reads a reference as MLflow writes them, or short for the one model: `models:/job-failure@champion`,
 * `models:/job-failure/3`, `job-failure/3`, `@champion`, `champion`, `3`, `latest`.
 *
 * parseModelReference('models:/m@champion', 'x') // => { model: 'm', by: 'alias', alias: 'champion' }
 *
 * @param usual the model where none is named
 * @returns null when it is no reference
 */
export function parseModelReference(text: string, usual: string): ModelReference | null {
  const isShort = /^[^/@:\s]+$/.test(text);
  const groups = isShort ? { of: text } : FORM.exec(text)?.groups;
  if (groups === undefined) return null;
  const model = groups.model ?? usual;
  const alias = ALIASES.find((one) => one === (groups.alias ?? (isShort ? text : undefined)));
  if (alias !== undefined) return { model, by: 'alias', alias };
  if (groups.alias !== undefined) return null;
  if (groups.of === 'latest') return { model, by: 'latest' };
  if (!/^[1-9][0-9]{0,9}$/.test(groups.of ?? '')) return null;
  const version = Number(groups.of);
  return version <= LARGEST_VERSION ? { model, by: 'version', version } : null;
}
