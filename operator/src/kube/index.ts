export * from './objects.ts';
export * from './errors.ts';
export { resources, apiVersionOf, type Resource } from './resources.ts';
export * from './api.ts';
export { type Informer, type InformerOptions, type Informers } from './cache/informer.ts';
export { type EventRecord, type Recorder, type Regarding } from './events/recorder.ts';
