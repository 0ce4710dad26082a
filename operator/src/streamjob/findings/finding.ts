import { type Reason } from '../reasons.ts';

/** Something that isn't as it should be, told so that its reader knows what to do. Never holds payloads or secrets. */
export type Finding = { readonly reason: Reason; readonly message: string };
