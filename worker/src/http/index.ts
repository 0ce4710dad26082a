export { createHttpClient, type HttpClientOptions } from './client.ts';
export type { HttpAnswer, HttpClient, HttpRequest } from './contract.ts';
