/** What stands for the key in a URL. */
const PLACE = '${key}';

/** Puts a key into a URL as data, whatever is in it; undefined when it can't stand there. */
export function urlWith(template: string, key: string): string | undefined {
  // A URL's own parser would take these as steps up and down a path, encoded or not.
  if (key === '.' || key === '..' || !key.isWellFormed()) return undefined;
  return template.replaceAll(PLACE, () => encodeURIComponent(key));
}
