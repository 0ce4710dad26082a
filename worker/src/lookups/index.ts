export type { Lookup, LookupAnswer } from './lookup.ts';
export { Lookups, type LookupRequest, type LookupsDeps } from './lookups.ts';
