/** A setting of the link to Temporal is wrong. Never cured by trying again; the text names it and holds no secret. */
export class BadTemporalSetting extends Error {
  override name = 'BadTemporalSetting';
}
