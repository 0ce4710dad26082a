export const GROUP = 'streamjobs.dev';
export const VERSION = 'v1alpha1';
export const API_VERSION = `${GROUP}/${VERSION}` as const;
export const KIND = 'StreamJob';
export const PLURAL = 'streamjobs';
