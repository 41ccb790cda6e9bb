/** The path that this page is served under, without a slash at its end. */
export const basePath = new URL(document.baseURI).pathname.replace(/\/$/, '');

/** Returns the address of a path of the server this page came from. */
export const addressOf = (path: string): string => `${basePath}${path}`;
