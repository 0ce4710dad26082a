/** How long one question may take: until the signal says stop, or `timeoutMs` (5 s when absent) is over. */
export type RequestOptions = { readonly signal?: AbortSignal; readonly timeoutMs?: number };
