export { authorizationReader } from './authorization.ts';
export { httpSink, type HttpSinkOptions } from './sink.ts';
