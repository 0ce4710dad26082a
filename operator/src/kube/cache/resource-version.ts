const NUMBER = /^\d+$/;

/**
 * Whether `left` was written after `right`. Resource versions are numbers that only grow (Kubernetes promises it
 * since 1.35); what doesn't look like one counts as newer, so that it is never held back.
 */
export function isNewer(left: string, right: string): boolean {
  if (!NUMBER.test(left) || !NUMBER.test(right)) return left !== right;
  return left.length === right.length ? left > right : left.length > right.length;
}
