export { JournalFile } from './file.ts';
export { Journal } from './journal.ts';
export { takeSlot, type Slot } from './slot.ts';
export type { Entry, SourceMemory } from './page.ts';
