export { buildImages, type BuildImagesOptions, type BuiltImage, type BuiltImages } from './build.ts';
export { engineAnswers, type EngineName } from './engine.ts';
export { type ImageName } from './catalogue.ts';
