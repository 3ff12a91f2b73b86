/** Something in the settings in force that is not as a careful person would have it. */
export interface SafetyFinding {
  /** The part it is about, in a word or two. */
  what: string;
  /** `unsafe` is to be cured; `note`: it could not be looked at, or is fine only for trying things out. */
  state: 'unsafe' | 'note';
  found: string;
  /** What can come of it. */
  why: string;
  cure: string;
}

export const unsafe = (what: string, found: string, why: string, cure: string): SafetyFinding => ({
  what,
  state: 'unsafe',
  found,
  why,
  cure,
});

/** Whether a host name is this machine itself, so that what is said to it passes no network. Empty: a socket in the file system. */
export const isThisMachine = (host: string): boolean =>
  /^(|\/.*|localhost|127(\.\d{1,3}){3}|::1)$/i.test(host.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, ''));
