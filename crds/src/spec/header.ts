/** What a header's name may hold. */
export const HEADER_NAME = /^[A-Za-z0-9!#%&'*+.^_`|~-]+$/;

/** Headers that frame a request, or that its sender sets by itself. */
export const OWN_HEADER =
  /^(?i:host|content-length|content-type|transfer-encoding|connection|keep-alive|upgrade|expect|te|trailer|authorization|proxy-.*)$/;

export const isOwnHeader = (name: string): boolean => OWN_HEADER.test(name);

/** No control characters but the tab, so that no header can be smuggled in. */
export const HEADER_TEMPLATE = /^[^\x00-\x08\x0A-\x1F\x7F]*$/;
